import { ref, type Ref } from 'vue'
import { errorText } from './loaded'

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
      problem.value = errorText(error)
    } finally {
      busy.value = false
    }
  }

  return { problem, busy, submit }
}

export interface AsLeft {
  /** Whether the dialog is opened for what it was closed for last without being sent: then its fields stand as they were. */
  isAsLeft: (about: string | undefined) => boolean
  /** It was sent. */
  forget: () => void
}

/** What was typed into a dialog of the desk stays when somebody closes it to look something up. */
export function useAsLeft(): AsLeft {
  let last: string | undefined

  return {
    isAsLeft: (about) => {
      const isSame = about !== undefined && about === last
      last = about
      return isSame
    },
    forget: () => (last = undefined),
  }
}
