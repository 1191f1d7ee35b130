import { expect, test } from 'vitest'
import { dayWords, hoursForm, isSame, planOf, problemOf, readPeriods, type HoursPlan } from './hoursForm'

test.each([
  ['08:00-22:00', ['08:00-22:00']],
  ['13:00－18：00，8:30 至 12:00', ['08:30-12:00', '13:00-18:00']],
  ['9:00~12:00、20:00到2:00', ['09:00-12:00', '20:00-02:00']],
  ['00:00-24:00', ['00:00-24:00']],
  ['  ', []],
])('%s is read as people write it', (line, periods) => {
  expect(readPeriods(line)).toEqual({ periods })
})

test.each([
  ['8-22', '不是时段'],
  ['08:00', '不是时段'],
  ['08:60-09:00', '时间不对'],
  ['24:00-25:00', '时间不对'],
  ['08:00-12:00, 11:00-13:00', '重叠'],
  ['20:00-02:00, 22:00-23:00', '重叠'],
  [Array.from({ length: 13 }, (_, i) => `0${String(i % 10)}:0${String(i % 10)}-23:00`).join(), '最多 12 段'],
])('%s is told at the field', (line, why) => {
  expect(problemOf(line)).toContain(why)
})

const week = { workday: ['08:00-22:00'], weekend: ['09:00-12:00', '13:00-18:00'], holiday: [] }
const plan: HoursPlan = { default: week, groups: { network: { ...week, holiday: ['00:00-24:00'] } }, extra_workdays: ['2027-02-07'], closures: [] }

test('what is not touched comes back as it was, and a wrong line stands for nothing', () => {
  const form = hoursForm(plan)
  expect(planOf(form)).toEqual(plan)
  expect(isSame(plan, { ...plan, groups: { ...plan.groups } })).toBe(true)
  expect(isSame(plan, { ...plan, closures: ['2027-01-01'] })).toBe(false)
  form.groups.network = { ...form.default, holiday: 'x' }
  expect(planOf(form)).toBeNull()
})

test('days are named as people say them', () => {
  expect(dayWords('2026-11-25', '2026-11-25')).toBe('今天 2026年11月25日 周三')
  expect(dayWords('2026-12-01', '2026-11-30')).toBe('明天 2026年12月1日 周二')
  expect(dayWords('2027-01-01', '2026-11-25')).toBe('2027年1月1日 周五')
})
