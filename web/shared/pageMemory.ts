/** A Storage that lives as long as the page: where the browser forbids its own, or has no room in it. */
export class PageMemory implements Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'> {
  readonly #items = new Map<string, string>()
  #full: Storage | null = null

  /** Take over what a full storage holds under a prefix, and write there too what it still takes. */
  over(full: Storage, prefix: string): this {
    if (this.#full !== null) return this
    this.#full = full
    for (let index = 0; index < full.length; index++) {
      const key = full.key(index)
      if (key?.startsWith(prefix)) this.#items.set(key, full.getItem(key) ?? '')
    }
    return this
  }

  get length(): number {
    return this.#items.size
  }

  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null
  }

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value)
    try {
      this.#full?.setItem(key, value)
    } catch {
      // No room: the older value must not come back at the next visit.
      this.#full?.removeItem(key)
    }
  }

  removeItem(key: string): void {
    this.#items.delete(key)
    this.#full?.removeItem(key)
  }
}
