import { chime } from '../shared/chime'
import { read, write, type KeyValue } from './session'

/** So long another tab takes to say that it shows a message. */
const OTHER_TAB_MS = 200

/** How far a conversation is here. */
export interface Reached {
  conversation: string
  seq: number
}

export interface UnreadOptions {
  storage: KeyValue
  /** Where the tabs of this customer tell each other how far the conversation was seen. */
  key: string
  mayChime: () => boolean
  onChange: (count: number) => void
}

/** How many messages the customer has not seen yet, over all tabs, and the sound that tells of new ones. */
export class Unread {
  #count = 0

  constructor(private readonly options: UnreadOptions) {}

  set(count: number): void {
    if (count === this.#count) return
    this.#count = count
    this.options.onChange(count)
  }

  /** New ones came, up to `here`, that nobody looks at in this tab. */
  add(count: number, here: Reached): void {
    if (isSeen(read(this.options.storage, this.options.key), here)) return
    this.set(this.#count + count)
    // Another tab may show them already, and says so at once.
    setTimeout(() => {
      if (this.#count > 0 && this.options.mayChime()) void chime()
    }, OTHER_TAB_MS)
  }

  /** The customer sees the conversation up to here. */
  look({ conversation, seq }: Reached): void {
    const { storage, key } = this.options
    const seen = `${String(seq)} ${conversation}`
    if (read(storage, key) !== seen) write(storage, key, seen)
    this.set(0)
  }

  /** Something was kept by another tab. */
  hear(key: string, value: string | null, here: Reached): void {
    if (key === this.options.key && isSeen(value, here)) this.set(0)
  }
}

function isSeen(kept: string | null, { conversation, seq }: Reached): boolean {
  const [seen, of] = (kept ?? '').split(' ')
  return of === conversation && Number(seen) >= seq
}
