import { expect, test } from 'vitest'
import { shallowRef } from 'vue'
import { inOrder, useOrder } from './order'

function one(id: string, unanswered_since_ms: number | null, last_message_at_ms: number) {
  return { id, unanswered_since_ms, summary: { last_message_at_ms } }
}

const ids = (rows: readonly { id: string }[]): string[] => rows.map((row) => row.id)

test('who is owed a reply longest comes first, then who spoke last', () => {
  const rows = [one('answered', null, 50), one('waits', 30, 40), one('just-answered', null, 90), one('waits-long', 10, 95)]
  expect(ids(inOrder(rows))).toEqual(['waits-long', 'waits', 'just-answered', 'answered'])
})

test('no row moves while the list is held; who comes then stands at its end', () => {
  const rows = shallowRef([one('a', 10, 10), one('b', 20, 20)])
  const order = useOrder(() => rows.value)
  expect(ids(order.rows.value)).toEqual(['a', 'b'])
  order.isHeld.value = true
  rows.value = [one('urgent', 1, 1), one('a', null, 30), one('b', 20, 20)]
  expect(ids(order.rows.value)).toEqual(['a', 'b', 'urgent'])
  order.isHeld.value = false
  expect(ids(order.rows.value)).toEqual(['urgent', 'b', 'a'])
})
