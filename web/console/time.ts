/** Today the time, otherwise the day: what fits a list row. */
export function shortTime(at_ms: number, locale: string, now = Date.now()): string {
  const sameDay = new Date(at_ms).toDateString() === new Date(now).toDateString()
  return new Date(at_ms).toLocaleString(locale, sameDay ? { hour: '2-digit', minute: '2-digit', hour12: false } : { month: 'numeric', day: 'numeric' })
}

/** Day and minute: what people agree on. */
export function dayTime(at_ms: number, locale: string): string {
  return new Date(at_ms).toLocaleString(locale, { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false })
}

export function fullTime(at_ms: number, locale: string): string {
  return new Date(at_ms).toLocaleString(locale, { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
}
