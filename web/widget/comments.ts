import type { Message } from '../shared/contract'
import { Courier, type PendingLetter } from '../shared/courier'
import { read, write, type KeyValue } from './session'
import type { Visitor } from './visitor'

/** As many characters as the service takes. */
export const LONGEST_COMMENT = 1000
/** The button under the thanks for a score; in text channels it begins the asking. */
const SAY_MORE_PAYLOAD = '/say_more'

/** What the customer did about the offer to say more: words on their way or stored, or nothing to add. */
export interface Comment {
  status: PendingLetter['status'] | 'skipped'
  text: string
  error: string | null
}

/** Whether a message offers to add words to the score that was just given. */
export function offersComment(message: Message): boolean {
  return message.buttons.some((button) => button.payload === SAY_MORE_PAYLOAD)
}

export interface CommentsOptions {
  storage: KeyValue
  onChange: () => void
}

/**
 * Comments on services by people. They go to the service beside the messages, so that none is taken for a question, and
 * are kept in the browser until it has them; a second delivery of the same words changes nothing there.
 */
export class Comments {
  readonly #options: CommentsOptions
  readonly #skippedKey: string
  readonly #courier: Courier
  #skipped: string | null

  constructor(visitor: Visitor, options: CommentsOptions) {
    this.#options = options
    this.#skippedKey = `${visitor.storagePrefix}:no-comment`
    this.#skipped = read(options.storage, this.#skippedKey)
    this.#courier = new Courier({
      storageKey: `${visitor.storagePrefix}:comment`,
      storage: options.storage,
      deliver: async ({ text, after_seq }) => {
        await visitor.comment(text)
        return { seq: after_seq, duplicate: false }
      },
      onChange: options.onChange,
    })
    this.start()
  }

  /** By the id of the message that offered it. */
  get known(): ReadonlyMap<string, Comment> {
    const said = this.#courier.letters.map(({ payload, status, text, error }): [string, Comment] => [payload ?? '', { status, text, error }])
    return new Map(this.#skipped === null ? said : [[this.#skipped, { status: 'skipped', text: '', error: null }], ...said])
  }

  /** Tries now what is still to be sent. */
  start(): void {
    this.#courier.start()
  }

  stop(): void {
    this.#courier.stop()
  }

  /** Says it once; again only after the service refused it. */
  say(offer: Message, text: string): void {
    const before = this.#courier.letters.find((letter) => letter.payload === offer.id)
    if (before !== undefined && before.status !== 'failed') return
    if (before !== undefined) this.#courier.discard(before.client_message_id)
    this.#courier.post(text, offer.seq, { payload: offer.id })
  }

  skip(offer: Message): void {
    for (const letter of this.#courier.letters) {
      if (letter.payload === offer.id && letter.status === 'failed') this.#courier.discard(letter.client_message_id)
    }
    this.#skipped = offer.id
    write(this.#options.storage, this.#skippedKey, offer.id)
    this.#options.onChange()
  }
}
