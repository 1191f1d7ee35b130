import type { components } from '../../shared/openapi'
import { texts } from '../texts'
import { nextDay } from '../time'

export type HoursPlan = components['schemas']['HoursAnswer']['hours']
type WeekPlan = HoursPlan['default']
export type DayKindOfWeek = keyof WeekPlan

export const KINDS = ['workday', 'weekend', 'holiday'] as const satisfies readonly DayKindOfWeek[]

/** A week as it is typed: a line of periods each. */
export type WeekForm = Record<DayKindOfWeek, string>

export interface HoursForm {
  default: WeekForm
  groups: Record<string, WeekForm>
  extra_workdays: string[]
  closures: string[]
}

/** As the service allows. */
const MOST_PERIODS = 12
const DAY_MINUTES = 24 * 60
const SEPARATORS = /[,，、;；\s]+/
const PERIOD = /^(\d{1,2}):(\d{1,2})-(\d{1,2}):(\d{1,2})$/

/** The periods of a line, as the service writes them, or what is wrong with it. */
export function readPeriods(line: string): { periods: string[] } | { problem: string } {
  const parts = line
    .replaceAll(/：/g, ':')
    .replaceAll(/\s*(?:[-－–—~～]|至|到)+\s*/g, '-')
    .split(SEPARATORS)
    .filter(Boolean)
  if (parts.length > MOST_PERIODS) return { problem: texts.hours.tooMany }
  const periods: { text: string; start: number; end: number }[] = []
  for (const part of parts) {
    const match = PERIOD.exec(part)
    if (match === null) return { problem: texts.hours.badPeriod(part) }
    const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number)
    const [start, until] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute]
    if (fromMinute > 59 || toMinute > 59 || start >= DAY_MINUTES || until > DAY_MINUTES) return { problem: texts.hours.badTime(part) }
    periods.push({ text: `${clock(start)}-${clock(until)}`, start, end: until > start ? until : until + DAY_MINUTES })
  }
  periods.sort((one, other) => one.start - other.start)
  for (const [at, { text, start }] of periods.entries()) {
    const before = periods[at - 1]
    if (before && start < before.end) return { problem: texts.hours.overlap(text) }
  }
  return { periods: periods.map(({ text }) => text) }
}

export function problemOf(line: string): string {
  const read = readPeriods(line)
  return 'problem' in read ? read.problem : ''
}

export function hoursForm(plan: HoursPlan): HoursForm {
  return {
    default: weekForm(plan.default),
    groups: Object.fromEntries(Object.entries(plan.groups).map(([group, week]) => [group, weekForm(week)])),
    extra_workdays: [...plan.extra_workdays],
    closures: [...plan.closures],
  }
}

/** What the form stands for; null while something in it is wrong. */
export function planOf(form: HoursForm): HoursPlan | null {
  const groups: HoursPlan['groups'] = {}
  for (const [group, week] of Object.entries(form.groups)) {
    const plan = weekPlan(week)
    if (plan === null) return null
    groups[group] = plan
  }
  const whole = weekPlan(form.default)
  return whole && { default: whole, groups, extra_workdays: [...form.extra_workdays].sort(), closures: [...form.closures].sort() }
}

/** Whatever the order of periods, groups and days. */
export function isSame(one: HoursPlan, other: HoursPlan): boolean {
  const key = (plan: HoursPlan): string => {
    const { default: whole, groups, extra_workdays, closures } = planOf(hoursForm(plan)) ?? plan
    return JSON.stringify([whole, Object.entries(groups).sort(), extra_workdays, closures])
  }
  return key(one) === key(other)
}

/** `2026-11-25` as people say it. */
export function dayWords(day: string, today: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const words = texts.hours.dayName(new Date(year, month - 1, date))
  if (day === today) return `${texts.hours.todayName} ${words}`
  return day === nextDay(today) ? `${texts.hours.tomorrowName} ${words}` : words
}

function weekForm({ workday, weekend, holiday }: WeekPlan): WeekForm {
  const { periods } = texts.hours
  return { workday: periods(workday), weekend: periods(weekend), holiday: periods(holiday) }
}

function weekPlan(form: WeekForm): WeekPlan | null {
  const plan: WeekPlan = { workday: [], weekend: [], holiday: [] }
  for (const kind of KINDS) {
    const read = readPeriods(form[kind])
    if ('problem' in read) return null
    plan[kind] = read.periods
  }
  return plan
}

function clock(minutes: number): string {
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
