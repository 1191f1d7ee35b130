import { dayOf } from '../time'

/** Gives the browser a file to keep; nothing leaves this machine. */
export function download(name: string, type: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => {
    URL.revokeObjectURL(address)
  }, 10_000)
}

/** `name-2026-11-25.csv`. */
export function datedName(name: string, ending: string, now_ms = Date.now()): string {
  return `${name}-${dayOf(now_ms)}.${ending}`
}
