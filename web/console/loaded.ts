import { onMounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue'

export interface Loaded<T> {
  value: ShallowRef<T | null>
  /** What went wrong, in words; empty when nothing did. */
  problem: Ref<string>
  isLoading: Ref<boolean>
  reload: () => Promise<void>
}

/** What a page shows, read when the page opens. Of two readings only the later one counts. */
export function useLoaded<T>(read: () => Promise<T>): Loaded<T> {
  const value: ShallowRef<T | null> = shallowRef(null)
  const problem = ref('')
  const isLoading = ref(true)
  let last = 0

  async function reload(): Promise<void> {
    const mine = ++last
    isLoading.value = true
    try {
      const found = await read()
      if (mine !== last) return
      value.value = found
      problem.value = ''
    } catch (error) {
      if (mine === last) problem.value = errorText(error)
    }
    isLoading.value = false
  }

  onMounted(() => void reload())
  return { value, problem, isLoading, reload }
}

export interface Pages<T> {
  rows: ShallowRef<T[]>
  hasMore: Ref<boolean>
  problem: Ref<string>
  isLoading: Ref<boolean>
  /** From the beginning: the filters are others. */
  restart: () => Promise<void>
  more: () => Promise<void>
}

/** A long list, read page by page; `read` gets the cursor of the page before, and null for the first. */
export function usePages<T>(read: (cursor: string | null) => Promise<{ rows: T[]; cursor: string | null }>): Pages<T> {
  const rows: ShallowRef<T[]> = shallowRef([])
  const hasMore = ref(false)
  const problem = ref('')
  const isLoading = ref(true)
  let cursor: string | null = null
  let last = 0

  async function load(from: string | null): Promise<void> {
    const mine = ++last
    isLoading.value = true
    try {
      const page = await read(from)
      // The filters changed meanwhile.
      if (mine !== last) return
      rows.value = from === null ? page.rows : [...rows.value, ...page.rows]
      cursor = page.cursor
      hasMore.value = page.cursor !== null
      problem.value = ''
    } catch (error) {
      if (mine !== last) return
      problem.value = errorText(error)
    }
    isLoading.value = false
  }

  const restart = (): Promise<void> => load(null)
  const more = (): Promise<void> => (hasMore.value && !isLoading.value ? load(cursor) : Promise.resolve())
  onMounted(() => void restart())
  return { rows, hasMore, problem, isLoading, restart, more }
}

/** Reads every page up to so many rows, for a file. */
export async function allPages<T>(read: (cursor: string | null) => Promise<{ rows: T[]; cursor: string | null }>, most: number): Promise<T[]> {
  const rows: T[] = []
  let cursor: string | null = null
  do {
    const page: { rows: T[]; cursor: string | null } = await read(cursor)
    rows.push(...page.rows)
    cursor = page.cursor
  } while (cursor !== null && rows.length < most)
  return rows.slice(0, most)
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
