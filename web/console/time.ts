import { ref } from 'vue'

/**
 * Where the operator's clocks stand. Every time on the console is theirs, wherever the browser is: what agents tell customers, and
 * what customers are told by the service, is the same time. Until the service has said where, where it stands by default.
 */
const zone = ref('Asia/Shanghai')

export function setZone(name: string): void {
  zone.value = name
}

type Parts = Intl.DateTimeFormatOptions
const DAY: Parts = { month: 'numeric', day: 'numeric' }
const MINUTE: Parts = { hour: '2-digit', minute: '2-digit', hour12: false }
const SECOND: Parts = { ...MINUTE, second: '2-digit' }
const DAY_MS = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** Today the time, otherwise the day: what fits a list row. */
export function shortTime(at_ms: number, locale: string, now = Date.now()): string {
  return written(at_ms, locale, dayOf(at_ms) === dayOf(now) ? MINUTE : DAY)
}

/** Day and minute: what people agree on. */
export function dayTime(at_ms: number, locale: string): string {
  return written(at_ms, locale, { ...DAY, ...MINUTE })
}

export function fullTime(at_ms: number, locale: string): string {
  return written(at_ms, locale, { ...DAY, ...SECOND })
}

export function clockTime(at_ms: number, locale: string): string {
  return written(at_ms, locale, SECOND)
}

/** `2026-11-25`. */
export function dayOf(at_ms: number): string {
  return written(at_ms, 'sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit' })
}

export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10)
}

/** When a day begins. */
export function midnight_ms(day: string): number {
  return momentOf(Date.parse(`${day}T00:00:00Z`))
}

/** Fields for dates know the browser's clock only: what such a field has to be given to show this time. */
export function toField_ms(at_ms: number): number {
  const shown = new Date(at_ms + ahead_ms(at_ms))
  return new Date(shown.getUTCFullYear(), shown.getUTCMonth(), shown.getUTCDate(), shown.getUTCHours(), shown.getUTCMinutes(), shown.getUTCSeconds()).getTime()
}

/** Which time is meant by what such a field shows. */
export function fromField_ms(field_ms: number): number {
  const shown = new Date(field_ms)
  return momentOf(Date.UTC(shown.getFullYear(), shown.getMonth(), shown.getDate(), shown.getHours(), shown.getMinutes(), shown.getSeconds()))
}

/** When the clocks show what a clock in UTC shows at `utc_ms`. */
function momentOf(utc_ms: number): number {
  // Twice: between the two there may be a change of the clocks.
  return utc_ms - ahead_ms(utc_ms - ahead_ms(utc_ms))
}

/** How far the clocks are ahead of UTC. */
function ahead_ms(at_ms: number): number {
  const shown = written(at_ms, 'sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit', ...SECOND })
  return Date.parse(`${shown.replace(' ', 'T')}Z`) - Math.floor(at_ms / 1000) * 1000
}

function written(at_ms: number, locale: string, parts: Parts): string {
  const key = JSON.stringify([zone.value, locale, parts])
  let format = formats.get(key)
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, { ...parts, timeZone: zone.value })
    formats.set(key, format)
  }
  return format.format(at_ms)
}
