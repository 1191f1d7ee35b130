import type { TicketWish } from '../shared/contract'

/** As long as a message may be. */
export const LONGEST_TICKET = 2000
export const LONGEST_NAME = 50
/** Said to the agent as they are, whatever the page's language. */
export const TIMES = ['上午', '下午', '晚上', '都可以'] as const // eslint-disable-line no-restricted-syntax -- See above.
const ANY_TIME = TIMES[3]

export type TicketKind = TicketWish['kind']
export type TimeOfDay = (typeof TIMES)[number]

/** What a customer filled in so far. */
export interface TicketForm {
  kind: TicketKind
  text: string
  phone: string
  time: TimeOfDay
  name: string
}

/** What is wrong with a field; the texts say how to mend each. */
export type TextProblem = 'missing' | 'long'
export type PhoneProblem = 'missing' | 'length' | 'area' | 'odd'
export interface TicketProblems {
  text?: TextProblem
  phone?: PhoneProblem
}

const PAYLOADS: ReadonlyMap<string, TicketKind> = new Map([
  ['/leave_message', 'message'],
  ['/call_back', 'callback'],
])
/** Mobile, or fixed with its area code; the service knows the same. */
const NUMBER = /^(?:1[3-9]\d{9}|0\d{9,11})$/

/** The kind of ticket that a button of the service offers. */
export function offeredKind(payload: string): TicketKind | null {
  return PAYLOADS.get(payload) ?? null
}

export function emptyForm(kind: TicketKind, known: { name: string; phone: string }): TicketForm {
  return { kind, text: '', phone: known.phone, time: ANY_TIME, name: known.name.slice(0, LONGEST_NAME) }
}

/** A number as it is dialled: without blanks, dashes, brackets, the country's code; full-width digits are digits. */
export function dialled(phone: string): string {
  return phone
    .normalize('NFKC')
    .replace(/[\s\-–—()[\].]/g, '')
    .replace(/^(?:\+|00)?86(?=1[3-9]\d{9}$|0\d{9,11}$)/, '')
}

export function problemsOf({ kind, text, phone }: TicketForm): TicketProblems {
  const length = text.trim().length
  const textProblem = length > LONGEST_TICKET ? 'long' : length === 0 && kind === 'message' ? 'missing' : null
  const phoneProblem = phoneProblemOf(phone, kind === 'callback')
  return { ...(textProblem && { text: textProblem }), ...(phoneProblem && { phone: phoneProblem }) }
}

function phoneProblemOf(phone: string, isNeeded: boolean): PhoneProblem | null {
  const digits = dialled(phone)
  if (digits === '') return isNeeded ? 'missing' : null
  if (NUMBER.test(digits)) return null
  if (/^1[3-9]\d*$/.test(digits)) return 'length'
  return /^[2-9]\d{6,7}$/.test(digits) ? 'area' : 'odd'
}

/** What the service is asked for. */
export function wishOf({ kind, text, phone, time, name }: TicketForm): TicketWish {
  return { kind, text: text.trim(), phone: dialled(phone) || null, time_of_day: kind === 'callback' ? time : '', name: name.trim() }
}

/** The form that a wish came from, to be mended. */
export function formOf({ kind, text, phone, time_of_day, name }: TicketWish): TicketForm {
  return { kind, text, phone: phone ?? '', time: timeOf(time_of_day), name }
}

/** A form as the browser kept it; null when it is none. */
export function parseForm(json: string | null): TicketForm | null {
  try {
    const kept = JSON.parse(json ?? 'null') as Partial<Record<keyof TicketForm, unknown>> | null
    if (kept === null || (kept.kind !== 'message' && kept.kind !== 'callback')) return null
    const words = (value: unknown): string => (typeof value === 'string' ? value : '')
    return { kind: kept.kind, text: words(kept.text), phone: words(kept.phone), time: timeOf(kept.time), name: words(kept.name) }
  } catch {
    return null
  }
}

function timeOf(value: unknown): TimeOfDay {
  return TIMES.find((one) => one === value) ?? ANY_TIME
}
