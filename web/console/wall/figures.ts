import type { Wall } from '../../shared/contract'
import { texts } from '../texts'

/** 42 秒, 3:05, 1:02:09: short enough for a tile. */
export function clockText(seconds: number | null | undefined, secondsText: (count: number) => string): string {
  if (seconds === null || seconds === undefined) return '—'
  const whole = Math.round(seconds)
  if (whole < 60) return secondsText(whole)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (count: number): string => String(count).padStart(2, '0')
  return hours > 0 ? `${String(hours)}:${two(minutes)}:${two(rest)}` : `${String(minutes)}:${two(rest)}`
}

export function percentText(share: number | null | undefined): string {
  return share === null || share === undefined ? '—' : `${String(Math.round(share * 100))}%`
}

/** How full the agents who are there are, 0 to 1; null when nobody is. */
export function load(agents: Wall['agents']): number | null {
  const there = agents.filter((one) => one.presence === 'online')
  const capacity = there.reduce((sum, one) => sum + one.capacity, 0)
  return capacity === 0 ? null : there.reduce((sum, one) => sum + one.active, 0) / capacity
}

export interface Bars {
  names: string[]
  values: number[]
}

/** Requests in each hour of the day so far: 0:00, 1:00 … */
export function hourBars(byHour: readonly number[]): Bars {
  return { names: byHour.map((_, hour) => `${String(hour)}:00`), values: [...byHour] }
}

/** Reasons by frequency, the most frequent first. */
export function reasonBars(reasons: Readonly<Record<string, number>>, name: (reason: string) => string): Bars {
  const rows = Object.entries(reasons).sort(([, one], [, other]) => other - one)
  return { names: rows.map(([reason]) => name(reason)), values: rows.map(([, count]) => count) }
}

/** What the chart shows, in words, for those who do not see it. */
export function spoken({ names, values }: Bars): string {
  return texts.list(names.map((name, i) => `${name} ${String(values[i] ?? 0)}`))
}
