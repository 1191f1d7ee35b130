interface Numbered {
  seq: number
}

/**
 * The messages of one conversation in order: nothing twice, nothing skipped.
 *
 * A message that arrives ahead of its turn is held back until the missing ones are there, so what is shown is always a
 * gapless run that ends at `lastSeq`, the number to resume from.
 */
export class MessageLog<M extends Numbered> {
  #items: M[] = []
  #ahead = new Map<number, M>()
  #base: number

  /** `base`: the number before the first message wanted; 0 means from the beginning. */
  constructor(base = 0) {
    this.#base = base
  }

  get items(): readonly M[] {
    return this.#items
  }

  get lastSeq(): number {
    return this.#items.at(-1)?.seq ?? this.#base
  }

  /** Number of the earliest message held, or of the first one to come. */
  get firstSeq(): number {
    return this.#items[0]?.seq ?? this.#base + 1
  }

  get hasGap(): boolean {
    return this.#ahead.size > 0
  }

  has(seq: number): boolean {
    return seq >= this.firstSeq && seq <= this.lastSeq
  }

  /** Takes messages in any order and answers those that became visible, in order. */
  add(messages: Iterable<M>): M[] {
    for (const message of messages) {
      if (message.seq > this.lastSeq) this.#ahead.set(message.seq, message)
    }
    const added: M[] = []
    for (let next = this.#ahead.get(this.lastSeq + 1); next !== undefined; next = this.#ahead.get(this.lastSeq + 1)) {
      this.#ahead.delete(next.seq)
      this.#items.push(next)
      added.push(next)
    }
    return added
  }

  /** Puts earlier messages in front; only the gapless run that ends right before `firstSeq` is taken. */
  prepend(messages: readonly M[]): M[] {
    const earlier = new Map(messages.map((message) => [message.seq, message]))
    const taken: M[] = []
    for (let next = earlier.get(this.firstSeq - 1); next !== undefined; next = earlier.get(next.seq - 1)) taken.unshift(next)
    if (taken.length > 0) {
      this.#items = [...taken, ...this.#items]
      this.#base = this.firstSeq - 1
    }
    return taken
  }
}
