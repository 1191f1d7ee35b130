import { expect, test } from 'vitest'
import { EMOJI, EMOJI_COLUMNS, stepInGrid } from './emoji'

test('arrows move over the grid and stop at its edges', () => {
  const step = (key: string, index: number) => stepInGrid(key, index, 32, 8)
  expect([step('ArrowRight', 0), step('ArrowDown', 3), step('ArrowUp', 11), step('ArrowLeft', 9)]).toEqual([1, 11, 3, 8])
  expect([step('ArrowLeft', 0), step('ArrowUp', 5), step('ArrowDown', 30), step('ArrowRight', 31)]).toEqual([0, 5, 30, 31])
  expect([step('Home', 9), step('End', 9), step('a', 9)]).toEqual([0, 31, null])
})

test('the rows are full and no sign is there twice', () => {
  expect(EMOJI.length % EMOJI_COLUMNS).toBe(0)
  expect(new Set(EMOJI).size).toBe(EMOJI.length)
})
