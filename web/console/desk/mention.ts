/** A colleague being named in a note: where the @ stands, and what follows it up to the cursor. */
export interface Naming {
  at: number
  query: string
}

/** Longer than any name. */
const LONGEST = 20

/** What is being written at the cursor, if it is a name; the @ of an address (a@b.cn) begins none. */
export function namingAt(text: string, cursor: number): Naming | null {
  const before = text.slice(Math.max(0, cursor - LONGEST - 1), cursor)
  const found = /(?:^|[^\w.])@([^\s@]*)$/.exec(before)
  return found ? { at: cursor - (found[1] ?? '').length - 1, query: found[1] ?? '' } : null
}

/** The names that a note calls, as they are written out in it. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(/(?:^|[^\w.])@([^\s@，。、；：！？）,.;:!?)]+)/g)].map(([, name = '']) => name)
}

/** The text with the name written out, and where the cursor stands then. */
export function withName(text: string, cursor: number, { at }: Naming, name: string): { text: string; cursor: number } {
  const written = `@${name} `
  return { text: text.slice(0, at) + written + text.slice(cursor).replace(/^ /, ''), cursor: at + written.length }
}
