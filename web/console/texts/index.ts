import { en } from './en'
import { zh, type Texts } from './zh'

export type { Texts }

const chosen = new URLSearchParams(location.search).get('lang')

/** Chinese unless the address says `?lang=en`. */
export const texts: Texts = chosen?.startsWith('en') ? en : zh

/** The Chinese name of a code word, or the word itself, so that a new one is never invisible. */
export function named(names: Record<string, string>, code: string | null | undefined): string {
  return code ? (names[code] ?? code) : ''
}
