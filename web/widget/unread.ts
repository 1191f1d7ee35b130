import { chime } from '../shared/chime'
import { read, write, type KeyValue } from './session'

/** So long another tab takes to say that it shows a message. */
const OTHER_TAB_MS = 200

export interface UnreadOptions {
  storage: KeyValue | null
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

  /** New ones came that nobody looks at here. */
  add(count: number): void {
    this.set(this.#count + count)
    // Another tab may show them already, and says so at once.
    setTimeout(() => {
      if (this.#count > 0 && this.options.mayChime()) void chime()
    }, OTHER_TAB_MS)
  }

  /** The customer sees the conversation up to this number. */
  look(seq: number): void {
    const { storage, key } = this.options
    if (read(storage, key) !== String(seq)) write(storage, key, String(seq))
    this.set(0)
  }

  /** Something was kept by another tab; `lastSeq`: how far the conversation is known here. */
  hear(key: string, value: string | null, lastSeq: number): void {
    if (key === this.options.key && Number(value) >= lastSeq) this.set(0)
  }
}
