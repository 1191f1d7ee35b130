import { preferences } from '../preferences'
import { en } from './en'
import { zh, type Texts } from './zh'

export type { Texts }

const chosen = new URLSearchParams(location.search).get('lang')

/** What the address asks for (`?lang=en`), else what the agent chose; a page shows one language until it is loaded anew. */
export const texts: Texts = (chosen ?? preferences.language).startsWith('en') ? en : zh

/** The Chinese name of a code word, or the word itself, so that a new one is never invisible. */
export function named(names: Record<string, string>, code: string | null | undefined): string {
  return code ? (names[code] ?? code) : ''
}

/** What went wrong, in words: in Chinese the service's own; in another language what its code means there, if that is written. */
export function saidOf({ code, message }: { code: string; message: string }): string {
  return texts.errors[code] ?? message
}

/** What the service calls a customer who is not signed in. */
const UNKNOWN = new Set(['', '访客'])

/** The customer's name; guests get the end of their conversation's id, so that two of them can be told apart. */
export function customerName(name: string | null | undefined, conversation_id: string): string {
  return name && !UNKNOWN.has(name) ? name : `${texts.guest} ${conversation_id.slice(-4)}`
}
