import { expect, test } from 'vitest'
import { RowHeights } from './rowHeights'

test('finds rows of varying height, guessed until they were measured', () => {
  const heights = new RowHeights(100)
  heights.resize(11, 4)
  expect([heights.top(0), heights.top(2), heights.top(4)]).toEqual([0, 200, 400])
  heights.measure(11, 30)
  heights.measure(13, 250)
  expect([0, 1, 2, 3, 4].map((index) => heights.top(index))).toEqual([0, 30, 130, 380, 480])
  expect([-5, 0, 29, 30, 129, 130, 379, 380, 9999].map((y_px) => heights.at(y_px))).toEqual([0, 0, 0, 1, 1, 2, 2, 3, 3])
})

test('what was measured stays so when earlier and later rows join', () => {
  const heights = new RowHeights(100)
  heights.resize(11, 2)
  heights.measure(12, 40)
  heights.resize(10, 4)
  expect([0, 1, 2, 3, 4].map((index) => heights.top(index))).toEqual([0, 100, 200, 240, 340])
})

test('has nothing to find in no rows', () => {
  const heights = new RowHeights(100)
  expect([heights.at(50), heights.top(3)]).toEqual([0, 0])
})
