import { expect, test } from 'vitest'
import { backoffDelayMs, FIRST_DELAY_MS, LONGEST_DELAY_MS } from './backoff'

test('doubles, stays within half and whole of the ceiling, and ends at the longest delay', () => {
  expect(backoffDelayMs(0, () => 0)).toBe(FIRST_DELAY_MS / 2)
  expect(backoffDelayMs(0, () => 1)).toBe(FIRST_DELAY_MS)
  expect(backoffDelayMs(3, () => 1)).toBe(FIRST_DELAY_MS * 8)
  expect(backoffDelayMs(1000, () => 1)).toBe(LONGEST_DELAY_MS)
})
