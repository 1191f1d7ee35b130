import { expect, test } from 'vitest'
import { moved, WHOLE, zoomAt } from './zoom'

test('the point under the fingers stays where it is', () => {
  const near = zoomAt(WHOLE, 2, 100, -50)
  expect(near).toEqual({ scale: 2, x: -100, y: 50 })
  // What lay at (100, -50) in the whole picture lies there still: point * scale + offset.
  expect([100 * near.scale + near.x, -50 * near.scale + near.y]).toEqual([100, -50])
})

test('a picture grows no smaller than whole and no larger than six times', () => {
  expect(zoomAt({ scale: 2, x: 30, y: 30 }, 0.1, 0, 0)).toEqual(WHOLE)
  expect(zoomAt(WHOLE, 50, 0, 0).scale).toBe(6)
})

test('an enlarged picture cannot be moved out of sight', () => {
  const near = zoomAt(WHOLE, 2, 0, 0)
  expect(moved(near, 30, -20, 400, 300)).toEqual({ scale: 2, x: 30, y: -20 })
  expect(moved(near, 9999, -9999, 400, 300)).toEqual({ scale: 2, x: 200, y: -150 })
  expect(moved(WHOLE, 50, 50, 400, 300)).toEqual({ scale: 1, x: 0, y: 0 })
})
