import { expect, test } from 'vitest'
import { newPassword, SHORTEST_PASSWORD } from './passwords'

test('a first password is long, different each time and can be read out', () => {
  const made = Array.from({ length: 200 }, () => newPassword())
  expect(new Set(made).size).toBe(200)
  for (const one of made) expect(one).toMatch(/^[a-zA-Z2-9]{16}$/)
  expect(made.join('')).not.toMatch(/[ilo01IO]/)
  expect(made[0]?.length).toBeGreaterThanOrEqual(SHORTEST_PASSWORD)
})

test('bytes that would make some letters likelier are thrown away', () => {
  const bytes = [255, 220, 219, 0, 54, 55]
  expect(newPassword((array) => array.map((_, at) => bytes[at % bytes.length] ?? 0))).toBe('9a9a'.repeat(4))
})
