import { expect, test } from 'vitest'
import { Unread } from './unread'

const row = (last_seq: number, agent_read_seq: number, unread: number) => ({ last_seq, agent_read_seq, unread })

test('counts what a row counts, and what is heard after it, once', () => {
  const unread = new Unread()
  unread.takeRow(row(10, 4, 3))
  expect(unread.count).toBe(3)
  unread.hear([9, 10, 11])
  unread.hear([11, 12])
  expect(unread.count).toBe(5)
  unread.takeRow(row(12, 4, 5))
  expect(unread.count).toBe(5)
})

test('what was seen stays seen, although an older row says otherwise', () => {
  const unread = new Unread()
  unread.takeRow(row(10, 4, 3))
  unread.hear([11])
  unread.read(11)
  expect(unread.count).toBe(0)
  unread.takeRow(row(11, 4, 4))
  unread.takeRow(row(10, 4, 3))
  expect(unread.count).toBe(0)
  unread.hear([12])
  expect(unread.count).toBe(1)
})

test('a row says too what was seen elsewhere', () => {
  const unread = new Unread()
  unread.takeRow(row(10, 4, 3))
  unread.takeRow(row(10, 10, 0))
  expect(unread.count).toBe(0)
})
