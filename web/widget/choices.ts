import type { Message } from '../shared/contract'
import type { Letter, PendingLetter } from '../shared/courier'
import { read, write, type KeyValue } from './session'

/** A quick reply that was pressed in this browser. */
export interface Press {
  /** The id of the message that offered it. */
  offer: string
  payload: string
  /** The customer's message it became; null while that is on its way. */
  seq: number | null
}

/** What the customer wrote that may be a choice: the title of a button, pressed elsewhere or typed. */
export type Written = Pick<Message, 'seq' | 'sender' | 'text'>

/** As many as are remembered; what a customer scrolls back to is seldom older. */
const MOST_KEPT = 200

/** The quick replies that were pressed here, kept in the browser: the transcript has only their titles, which may repeat. */
export class Presses {
  #raw: string | null = null
  #known: readonly Press[] = []

  constructor(
    private readonly storage: KeyValue,
    private readonly key: string,
  ) {}

  /** Read anew when another tab has added to it. */
  get known(): readonly Press[] {
    const raw = read(this.storage, this.key)
    if (raw !== this.#raw) this.#known = parse(raw)
    this.#raw = raw
    return this.#known
  }

  /** A letter was stored under this number; it may have been a press. */
  keep({ offer, payload = '' }: Letter, seq: number): void {
    if (offer === undefined) return
    this.#known = [...this.known, { offer, payload, seq }].slice(-MOST_KEPT)
    this.#raw = JSON.stringify(this.#known)
    write(this.storage, this.key, this.#raw)
  }

  /** The conversation is over: the numbers of another one's messages mean nothing here. */
  forget(): void {
    this.#raw = null
    this.#known = []
    write(this.storage, this.key, null)
  }

  /** Which button of which message was chosen, counting what is on its way. */
  chosen(messages: readonly Message[], letters: readonly PendingLetter[]): ReadonlyMap<string, string> {
    const onTheirWay = letters.flatMap(({ offer, payload = '', seq, text, after_seq }): Press[] => {
      if (offer === undefined) return []
      // Its echo may be here before the answer that tells its number.
      const echo = messages.find((one) => one.seq > after_seq && one.sender === 'customer' && one.text === text)
      return [{ offer, payload, seq: seq ?? echo?.seq ?? null }]
    })
    const typed = letters.flatMap(({ offer, seq, text }): Written[] => (offer === undefined && seq === null ? [{ seq: Infinity, sender: 'customer', text }] : []))
    return chosenButtons(messages, [...this.known, ...onTheirWay], typed)
  }
}

/**
 * Which button of which message was chosen: message id -> payload.
 *
 * What was pressed here is known. Else the transcript tells it: a title the customer wrote answers the nearest message
 * before it that offers it, and no earlier one with the same button.
 */
export function chosenButtons(messages: readonly Message[], presses: readonly Press[], pending: readonly Written[] = []): ReadonlyMap<string, string> {
  const chosen = new Map(presses.map(({ offer, payload }) => [offer, payload]))
  const accounted = new Set(presses.map(({ seq }) => seq))
  /** By title, the last that offered it. */
  const offers = new Map<string, { id: string; payload: string }>()
  const take = ({ sender, seq, text }: Written): void => {
    if (sender !== 'customer' || accounted.has(seq)) return
    const offer = offers.get(text)
    if (offer !== undefined && !chosen.has(offer.id)) chosen.set(offer.id, offer.payload)
  }
  for (const message of messages) {
    take(message)
    for (const { title, payload } of message.buttons) offers.set(title, { id: message.id, payload })
  }
  pending.forEach(take)
  return chosen
}

function parse(raw: string | null): readonly Press[] {
  try {
    const found = JSON.parse(raw ?? '[]') as Partial<Press>[] | null
    return Array.isArray(found) ? found.filter((one): one is Press => typeof one.offer === 'string' && typeof one.payload === 'string') : []
  } catch {
    return []
  }
}
