import { expect, test } from 'vitest'
import { ageOf } from './age'

test.each([
  [60, [59, 60, 179, 180]],
  [20, [19, 20, 59, 60]],
  [300, [299, 300, 899, 900]],
])('with a target of %i s a wait is late after it and overdue after three times it', (target_s, waits) => {
  expect(waits.map((waited_s) => ageOf(waited_s, target_s))).toEqual(['fresh', 'late', 'late', 'overdue'])
})
