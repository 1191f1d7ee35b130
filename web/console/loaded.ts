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
      if (mine === last) problem.value = wordsOf(error)
    }
    isLoading.value = false
  }

  onMounted(() => void reload())
  return { value, problem, isLoading, reload }
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
