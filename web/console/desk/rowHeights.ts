/** How high the rows of a long list are: as measured, or as they are guessed until they were in the page. */
export class RowHeights {
  readonly #known = new Map<number, number>()
  #tops: number[] | null = null

  /** Rows are known by numbers without gaps; `first` is the number of the first one. */
  constructor(
    private readonly guess_px: number,
    private first = 1,
    private count = 0,
  ) {}

  resize(first: number, count: number): void {
    if (first === this.first && count === this.count) return
    this.first = first
    this.count = count
    this.#tops = null
  }

  measure(number: number, height_px: number): void {
    if (this.#known.get(number) === height_px) return
    this.#known.set(number, height_px)
    this.#tops = null
  }

  /** Where the row of this index begins; that of the row after the last one is the height of all. */
  top(index: number): number {
    const tops = this.#filled()
    return tops[Math.min(Math.max(index, 0), this.count)] ?? 0
  }

  /** The row that stands at this height. */
  at(y_px: number): number {
    const tops = this.#filled()
    let [low, high] = [0, Math.max(0, this.count - 1)]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((tops[middle] ?? 0) <= y_px) low = middle
      else high = middle - 1
    }
    return low
  }

  #filled(): number[] {
    if (this.#tops) return this.#tops
    const tops = [0]
    for (let i = 0; i < this.count; i++) tops.push((tops[i] ?? 0) + (this.#known.get(this.first + i) ?? this.guess_px))
    return (this.#tops = tops)
  }
}
