import { useMessage } from 'naive-ui'
import { ref, type Ref } from 'vue'
import { ApiError } from '../../shared/http'
import { errorText } from '../loaded'

const CONFLICT = 'changed_meanwhile'

export interface SettingsChange<Answer> {
  /** What went wrong, in words; empty when nothing did. */
  mistake: Ref<string>
  /** Somebody else changed them meanwhile: what holds now is to be looked at first. */
  isOutdated: Ref<boolean>
  /** What is being done; empty: nothing. */
  busy: Ref<string>
  put: (what: string, work: () => Promise<Answer>, done: string) => Promise<void>
  /** The form begins anew. */
  clear: () => void
}

/** Puts settings in force that others may be changing too; when that fails, what was written stays, to be compared with what holds. */
export function useSettingsChange<Answer>(conflict: string, take: (answer: Answer) => void): SettingsChange<Answer> {
  const toast = useMessage()
  const mistake = ref('')
  const isOutdated = ref(false)
  const busy = ref('')

  async function put(what: string, work: () => Promise<Answer>, done: string): Promise<void> {
    busy.value = what
    mistake.value = ''
    try {
      take(await work())
      toast.success(done)
    } catch (error) {
      isOutdated.value = error instanceof ApiError && error.code === CONFLICT
      mistake.value = isOutdated.value ? conflict : errorText(error)
    } finally {
      busy.value = ''
    }
  }

  function clear(): void {
    mistake.value = ''
    isOutdated.value = false
  }

  return { mistake, isOutdated, busy, put, clear }
}
