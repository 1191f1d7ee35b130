const NEAR_END_PX = 90

/**
 * Keeps a scrolling list at its end while whoever reads it is there: messages come, pictures load late, the queue bar and
 * the phone's keyboard take room. Who scrolled up is left where they are.
 */
export class EndFollower {
  #isFollowing = true
  #size = ''
  #top = 0

  constructor(
    private readonly scroller: HTMLElement,
    content: readonly HTMLElement[],
    private readonly onEnd: () => void,
  ) {
    scroller.addEventListener('scroll', () => {
      const isUp = scroller.scrollTop < this.#top
      this.#top = scroller.scrollTop
      // Content that grows moves itself down; whoever was at the end did not leave it. Only people scroll up.
      if (this.#tookSize() && this.#isFollowing && !isUp) return
      this.#isFollowing = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX
      if (this.#isFollowing) this.onEnd()
    })
    const observer = new ResizeObserver(() => {
      this.#tookSize()
      if (this.#isFollowing) this.toEnd(false)
    })
    for (const part of [scroller, ...content]) observer.observe(part)
  }

  get isFollowing(): boolean {
    return this.#isFollowing
  }

  toEnd(smooth: boolean): void {
    this.#isFollowing = true
    const isStill = !smooth || matchMedia('(prefers-reduced-motion: reduce)').matches
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: isStill ? 'instant' : 'smooth' })
    this.#top = this.scroller.scrollTop
    this.onEnd()
  }

  /** Answers whether content or room changed since it was last taken. */
  #tookSize(): boolean {
    const before = this.#size
    this.#size = `${String(this.scroller.scrollHeight)} ${String(this.scroller.clientHeight)}`
    return this.#size !== before
  }
}
