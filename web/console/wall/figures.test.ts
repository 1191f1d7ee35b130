import { expect, test } from 'vitest'
import { clockText, hourBars, load, percentText, reasonBars, spoken } from './figures'

const seconds = (count: number): string => `${String(count)} 秒`

test('times are short, and none is said as none', () => {
  expect([null, 0, 59.4, 59.6, 185, 3729].map((value) => clockText(value, seconds))).toEqual(['—', '0 秒', '59 秒', '1:00', '3:05', '1:02:09'])
})

test('shares are whole percents', () => {
  expect([null, 0, 0.666, 1].map(percentText)).toEqual(['—', '0%', '67%', '100%'])
})

test('only who is online counts for the load', () => {
  const agent = { id: 'a', name: '李娜', capacity: 5 }
  expect(load([{ ...agent, presence: 'online', active: 4 }, { ...agent, presence: 'break', active: 5 }, { ...agent, presence: 'online', active: 1 }])).toBe(0.5)
  expect(load([{ ...agent, presence: 'offline', active: 0 }])).toBeNull()
})

test('bars have their names, the most frequent reason first', () => {
  expect(hourBars([2, 0])).toEqual({ names: ['0:00', '1:00'], values: [2, 0] })
  const bars = reasonBars({ complaint: 1, abuse: 3 }, (reason) => reason.toUpperCase())
  expect(bars).toEqual({ names: ['ABUSE', 'COMPLAINT'], values: [3, 1] })
  expect(spoken(bars)).toBe('ABUSE 3、COMPLAINT 1')
})
