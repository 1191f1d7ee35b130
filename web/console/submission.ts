import { ref, type Ref } from 'vue'
import { wordsOf } from './loaded'

export interface Submission {
  /** Why it cannot be sent, or was refused, in words; empty when nothing is wrong. */
  problem: Ref<string>
  busy: Ref<boolean>
  /** Does `work` unless the form has a `mistake` (its words) or the work is being done already. */
  submit: (mistake: string, work: () => Promise<void>) => Promise<void>
}

/** The sending of a dialog's form: once at a time, and whatever goes wrong is told in the dialog. */
export function useSubmission(): Submission {
  const problem = ref('')
  const busy = ref(false)

  async function submit(mistake: string, work: () => Promise<void>): Promise<void> {
    if (busy.value) return
    problem.value = mistake
    if (mistake) return
    busy.value = true
    try {
      await work()
    } catch (error) {
      problem.value = wordsOf(error)
    } finally {
      busy.value = false
    }
  }

  return { problem, busy, submit }
}
