import { customRef, type Ref } from 'vue'

/** What an agent wrote in one conversation and did not send yet: kept in the browser until it is sent or emptied. */
export class Drawer {
  readonly #kept = new Map<string, Ref<unknown>>()
  readonly #empty = new Map<string, unknown>()

  constructor(private readonly name: string) {}

  /** A text, empty at first. */
  text(key: string): Ref<string> {
    return this.#keep(key, '', (text) => text, (text) => text)
  }

  /** Anything that is not text, null at first. */
  thing<T>(key: string): Ref<T | null> {
    return this.#keep<T | null>(key, null, (thing) => (thing === null ? '' : JSON.stringify(thing)), (json) => JSON.parse(json) as T)
  }

  /** Nothing in it is wanted any more. */
  empty(): void {
    for (const [key, kept] of this.#kept) kept.value = this.#empty.get(key)
  }

  #keep<T>(key: string, empty: T, toText: (value: T) => string, fromText: (text: string) => T): Ref<T> {
    const known = this.#kept.get(key)
    if (known) return known as Ref<T>
    const place = `${this.name}:${key}`
    let value = empty
    try {
      const text = localStorage.getItem(place)
      if (text !== null) value = fromText(text)
    } catch {
      // What cannot be read is as good as nothing.
    }
    const kept = customRef<T>((track, trigger) => ({
      get: () => {
        track()
        return value
      },
      set: (next) => {
        value = next
        store(place, toText(next))
        trigger()
      },
    }))
    this.#kept.set(key, kept)
    this.#empty.set(key, empty)
    return kept
  }
}

function store(place: string, text: string): void {
  try {
    if (text === '') localStorage.removeItem(place)
    else localStorage.setItem(place, text)
  } catch {
    // The storage is full or forbidden: it lives as long as the page.
  }
}
