import { backoffDelayMs } from '../shared/backoff'

/** Something that is tried, one attempt at a time and with growing pauses, until it succeeds once. */
export class Opening {
  #isUnderWay = false
  #isWanted = false
  #failures = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly open: () => Promise<void>,
    /** After each attempt; null when it succeeded. */
    private readonly ended: (error: unknown) => void,
  ) {}

  get isUnderWay(): boolean {
    return this.#isUnderWay
  }

  /** How many attempts failed since it last succeeded. */
  get failures(): number {
    return this.#failures
  }

  /** Tries now, and again until it succeeds. */
  begin(): void {
    this.#isWanted = true
    clearTimeout(this.#timer)
    void this.#try()
  }

  /** An attempt under way is not taken back; no other follows. */
  stop(): void {
    this.#isWanted = false
    clearTimeout(this.#timer)
  }

  async #try(): Promise<void> {
    if (this.#isUnderWay) return
    this.#isUnderWay = true
    let problem: unknown = null
    try {
      await this.open()
      this.#failures = 0
    } catch (error) {
      problem = error
      const delay_ms = backoffDelayMs(this.#failures++)
      if (this.#isWanted) this.#timer = setTimeout(() => void this.#try(), delay_ms)
    } finally {
      this.#isUnderWay = false
    }
    this.ended(problem)
  }
}
