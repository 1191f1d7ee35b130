import { expect, test } from 'vitest'
import { waiting } from '../testing'
import { reserved_s } from './reserved'

test('a request is kept for another agent until its time is over', () => {
  const kept = waiting('r1', { reserved: { agent_name: '王芳', until_ms: 60_000 } })
  expect(reserved_s(kept, 1)).toBe(60)
  expect(reserved_s(kept, 59_001)).toBe(1)
  expect(reserved_s(kept, 60_000)).toBe(0)
  expect(reserved_s(waiting('r2'), 0)).toBe(0)
})
