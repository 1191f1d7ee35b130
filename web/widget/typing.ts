import type { Sender } from '../shared/contract'

const SHOWN_MS = 6_000
const SENT_EVERY_MS = 3_000

/** Who is writing just now, on either side. */
export class TypingSigns {
  #sender: Sender | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #told_at_ms = 0

  constructor(private readonly onChange: () => void) {}

  /** Who writes to the customer; null: nobody. */
  get sender(): Sender | null {
    return this.#sender
  }

  /** Shown until it is taken back or has stood for a while. */
  show(sender: Sender): void {
    this.#sender = sender
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.hide()
    }, SHOWN_MS)
    this.onChange()
  }

  hide(): void {
    if (this.#sender === null) return
    clearTimeout(this.#timer)
    this.#sender = null
    this.onChange()
  }

  /** Tells the other side, but not with every key; `send` answers whether it went out. */
  tell(send: () => boolean): void {
    // Either way: the device's clock may be set back.
    if (Math.abs(Date.now() - this.#told_at_ms) < SENT_EVERY_MS) return
    if (send()) this.#told_at_ms = Date.now()
  }

  /** The message was sent: the next key is news again. */
  said(): void {
    this.#told_at_ms = 0
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
