import { beforeEach, expect, test } from 'vitest'
import { clockTime, dayOf, dayTime, fromField_ms, midnight_ms, nextDay, setZone, shortTime, toField_ms } from './time'

/** Evening in Greenwich, the next morning in Shanghai. */
const AT_MS = Date.UTC(2026, 10, 24, 23, 30, 5)

beforeEach(() => {
  setZone('Asia/Shanghai')
})

test('times are those of the operator, wherever the browser is', () => {
  expect(dayTime(AT_MS, 'zh-CN')).toBe('11/25 07:30')
  expect(clockTime(AT_MS, 'zh-CN')).toBe('07:30:05')
  setZone('America/New_York')
  expect(dayTime(AT_MS, 'en-GB')).toBe('24/11, 18:30')
})

test('today is the operator’s day', () => {
  expect(shortTime(AT_MS, 'zh-CN', Date.UTC(2026, 10, 25, 15, 59))).toBe('07:30')
  expect(shortTime(AT_MS, 'zh-CN', Date.UTC(2026, 10, 25, 16, 0))).toBe('11/25')
  expect(dayOf(AT_MS)).toBe('2026-11-25')
  expect(nextDay('2026-12-31')).toBe('2027-01-01')
})

test('a day begins at the operator’s midnight, also when the clocks change on it', () => {
  expect(midnight_ms('2026-11-25')).toBe(Date.UTC(2026, 10, 24, 16))
  setZone('America/New_York')
  expect(midnight_ms('2026-03-08')).toBe(Date.UTC(2026, 2, 8, 5))
  expect(midnight_ms('2026-03-09')).toBe(Date.UTC(2026, 2, 9, 4))
})

test('a field for dates shows and means the operator’s time', () => {
  const field = new Date(toField_ms(AT_MS))
  expect([field.getDate(), field.getHours(), field.getMinutes()]).toEqual([25, 7, 30])
  expect(fromField_ms(field.getTime())).toBe(AT_MS)
})
