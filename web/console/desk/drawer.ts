import { customRef, type Ref } from 'vue'

/** What an agent wrote in one place and did not send yet: kept in the browser until it is sent or emptied. */
export class Drawer {
  constructor(private readonly name: string) {}

  /** A text of this drawer. */
  text(key: string): Ref<string> {
    return this.#kept(key, '', (text) => text, (text) => text)
  }

  /** Anything that is not text; gone when it is null. */
  thing<T>(key: string): Ref<T | null> {
    return this.#kept<T | null>(key, null, (thing) => (thing === null ? '' : JSON.stringify(thing)), (json) => JSON.parse(json) as T)
  }

  #kept<T>(key: string, empty: T, toText: (value: T) => string, fromText: (text: string) => T): Ref<T> {
    const place = `${this.name}:${key}`
    let value = empty
    try {
      const text = localStorage.getItem(place)
      if (text !== null) value = fromText(text)
    } catch {
      // What cannot be read is as good as nothing.
    }
    return customRef((track, trigger) => ({
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
