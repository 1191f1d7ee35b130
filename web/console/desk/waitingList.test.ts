import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { waiting } from '../testing'
import { NEW_FOR_MS, WaitingList } from './waitingList'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a request is new for a while after it came, those of the first list are not', () => {
  const list = new WaitingList()
  list.replace([waiting('old')])
  const came = list.replace([waiting('old'), waiting('came')])
  expect(came.map((one) => one.id)).toEqual(['came'])
  const at = Date.now()
  expect([list.isNew('old', at), list.isNew('came', at), list.isNew('came', at + NEW_FOR_MS)]).toEqual([false, true, false])
})

test('who was looked at is not new any more, and stays so', () => {
  const list = new WaitingList()
  list.replace([])
  list.replace([waiting('came')])
  list.see('came')
  list.replace([waiting('came')])
  expect(list.isNew('came', Date.now())).toBe(false)
})
