import { alone } from './alone'
import { backoffDelayMs } from './backoff'
import { ApiError } from './http'
import { randomId } from './ids'
import type { ArticleUse, Attachment, Stored, TicketWish } from './contract'

/** What a letter says of a file that waits for the network. */
export interface WaitingFile {
  key: string
  name: string
  content_type: string
  size_bytes: number
}

/** What a letter may carry beside its text. */
export type Enclosed = Partial<Pick<Letter, 'payload' | 'offer' | 'attachments' | 'articles' | 'files' | 'ticket'>>

/** A text on its way to the service. It survives a reload and is stored once, because its id never changes. */
export interface Letter {
  client_message_id: string
  text: string
  payload?: string
  /** The id of the message whose button was pressed. */
  offer?: string
  attachments?: readonly Attachment[]
  articles?: readonly ArticleUse[]
  /** Files still to be uploaded; whoever delivers knows where they lie. */
  files?: readonly WaitingFile[]
  /** It is no message but a ticket to be opened; the letter's id is the ticket's. */
  ticket?: TicketWish
  written_at_ms: number
  /** Last message number known when it was written: its echo can only come after. */
  after_seq: number
}

export interface PendingLetter extends Letter {
  status: 'waiting' | 'sending' | 'sent' | 'failed'
  /** Its number, once the service has stored it. */
  seq: number | null
  error: string | null
}

export interface CourierOptions {
  /** Prefix of this outbox's keys in the storage: one key a letter, so two tabs never overwrite each other. */
  storageKey: string
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'> | null
  /** Null: it is done, and no message will stand for it. */
  deliver: (letter: Letter) => Promise<Stored | null>
  /** A letter is done with: stored, or thrown away. */
  onDone?: (letter: Letter) => void
  onChange: () => void
  now?: () => number
}

/**
 * Sends letters one after the other, in the order they were written, until each is stored or refused for good.
 *
 * Delivery is "at least once" with one client_message_id a letter; the service keeps the first, so the effect is once.
 */
export class Courier {
  #letters: PendingLetter[] = []
  #busy = false
  #attempt = 0
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #stopped = true
  /** Letters that lie in the storage, where other tabs find them too. */
  readonly #kept = new Set<string>()
  readonly #options: CourierOptions

  constructor(options: CourierOptions) {
    this.#options = options
    this.#letters = this.#load()
  }

  get letters(): readonly PendingLetter[] {
    return this.#letters
  }

  start(): void {
    this.#stopped = false
    this.flush()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#retryTimer)
  }

  post(text: string, after_seq: number, enclosed: Enclosed = {}): PendingLetter {
    const letter: Letter = {
      client_message_id: randomId(),
      text,
      written_at_ms: (this.#options.now ?? Date.now)(),
      after_seq,
      ...filledIn(enclosed),
    }
    const pending: PendingLetter = { ...letter, status: 'waiting', seq: null, error: null }
    this.#letters.push(pending)
    this.#save(letter)
    this.#options.onChange()
    this.flush()
    return pending
  }

  /** Tries now: the connection is back, or somebody pressed "retry". */
  flush(): void {
    clearTimeout(this.#retryTimer)
    this.#attempt = 0
    void this.#run()
  }

  retry(client_message_id: string): void {
    const letter = this.#letters.find((one) => one.client_message_id === client_message_id)
    if (letter?.status !== 'failed') return
    letter.status = 'waiting'
    letter.error = null
    this.#options.onChange()
    this.flush()
  }

  discard(client_message_id: string): void {
    const discarded = this.#letters.find((one) => one.client_message_id === client_message_id)
    this.#forget(client_message_id)
    this.#letters = this.#letters.filter((one) => one !== discarded)
    if (discarded) this.#options.onDone?.(toLetter(discarded))
    this.#options.onChange()
  }

  /** Drops stored letters from view as soon as the log shows them. */
  settle(isShown: (seq: number) => boolean): void {
    this.#letters = this.#letters.filter((one) => one.seq === null || !isShown(one.seq))
  }

  async #run(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    try {
      while (!this.#stopped) {
        const letter = this.#letters.find((one) => one.status === 'waiting')
        if (letter === undefined || !(await this.#deliver(letter))) break
      }
    } finally {
      this.#busy = false
    }
  }

  /** Answers whether the next letter may go. */
  async #deliver(letter: PendingLetter): Promise<boolean> {
    letter.status = 'sending'
    this.#options.onChange()
    try {
      const done = await alone(this.#key(letter.client_message_id), () => this.#deliverOnce(letter))
      if (done === null) return true
      if (done.stored === null) this.#leave(letter)
      letter.seq = done.stored?.seq ?? null
      letter.status = 'sent'
      this.#attempt = 0
      return true
    } catch (error) {
      if (this.#isGone(letter)) {
        this.#leave(letter)
        return true
      }
      if (error instanceof ApiError && !error.temporary && error.status !== 401) {
        letter.status = 'failed'
        letter.error = error.message
        return true
      }
      letter.status = 'waiting'
      if (!this.#stopped) this.#retryTimer = setTimeout(() => void this.#run(), backoffDelayMs(this.#attempt++))
      return false
    } finally {
      this.#options.onChange()
    }
  }

  /** Null when another tab has sent or discarded it meanwhile: the transcript tells the rest. */
  async #deliverOnce(letter: PendingLetter): Promise<{ stored: Stored | null } | null> {
    if (this.#isGone(letter)) {
      this.#leave(letter)
      return null
    }
    const stored = await this.#options.deliver(toLetter(letter))
    this.#forget(letter.client_message_id)
    this.#options.onDone?.(toLetter(letter))
    return { stored }
  }

  #isGone({ client_message_id }: PendingLetter): boolean {
    try {
      return this.#kept.has(client_message_id) && this.#options.storage?.getItem(this.#key(client_message_id)) === null
    } catch {
      return false
    }
  }

  #leave(letter: PendingLetter): void {
    this.#letters = this.#letters.filter((one) => one !== letter)
  }

  #key(client_message_id: string): string {
    return `${this.#options.storageKey}:${client_message_id}`
  }

  #save(letter: Letter): void {
    try {
      this.#options.storage?.setItem(this.#key(letter.client_message_id), JSON.stringify(letter))
      this.#kept.add(letter.client_message_id)
    } catch {
      // Storage full or forbidden: the letter lives as long as the page.
    }
  }

  #forget(client_message_id: string): void {
    this.#kept.delete(client_message_id)
    try {
      this.#options.storage?.removeItem(this.#key(client_message_id))
    } catch {
      // see #save
    }
  }

  #load(): PendingLetter[] {
    const found: PendingLetter[] = []
    try {
      const storage = this.#options.storage
      for (let i = 0; i < (storage?.length ?? 0); i++) {
        const key = storage?.key(i)
        if (!key?.startsWith(`${this.#options.storageKey}:`)) continue
        const letter = parseLetter(storage?.getItem(key) ?? '')
        if (letter) this.#kept.add(letter.client_message_id)
        if (letter) found.push({ ...letter, status: 'waiting', seq: null, error: null })
      }
    } catch {
      return []
    }
    return found.sort((a, b) => a.written_at_ms - b.written_at_ms)
  }
}

function toLetter({ client_message_id, text, written_at_ms, after_seq, ...enclosed }: PendingLetter): Letter {
  return { client_message_id, text, written_at_ms, after_seq, ...filledIn(enclosed) }
}

/** Only what there is: a letter is kept as it is sent. */
function filledIn({ payload, offer, attachments = [], articles = [], files = [], ticket }: Enclosed): Enclosed {
  return {
    ...(payload === undefined ? {} : { payload }),
    ...(offer === undefined ? {} : { offer }),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(articles.length === 0 ? {} : { articles }),
    ...(files.length === 0 ? {} : { files }),
    ...(ticket === undefined ? {} : { ticket }),
  }
}

function parseLetter(json: string): Letter | null {
  try {
    const letter = JSON.parse(json) as Partial<Letter> | null
    const whole = typeof letter?.client_message_id === 'string' && typeof letter.text === 'string'
    return whole ? (letter as Letter) : null
  } catch {
    return null
  }
}

/**
 * The letters to show beneath the log. While an answer to a letter is still on its way its echo may already stand in the
 * log; such a letter is left out, so that nobody sees a text twice.
 */
export function lettersToShow(
  letters: readonly PendingLetter[],
  log: { readonly items: readonly { seq: number; text: string; sender: string }[]; has(seq: number): boolean },
  ownSender: string,
): PendingLetter[] {
  const claimed = new Set<number>()
  return letters.filter((letter) => {
    if (letter.seq !== null) {
      claimed.add(letter.seq)
      return !log.has(letter.seq)
    }
    if (letter.status === 'failed' || letter.ticket !== undefined) return true
    const echo = log.items.findLast(
      (one) => one.seq > letter.after_seq && one.sender === ownSender && one.text === letter.text && !claimed.has(one.seq),
    )
    if (echo === undefined) return true
    claimed.add(echo.seq)
    return false
  })
}
