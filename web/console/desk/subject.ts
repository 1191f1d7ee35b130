import { shallowRef, watch, type ShallowRef } from 'vue'
import type { Thread } from './thread'

export interface DialogProps {
  show: boolean
  thread: Thread | null
}

/**
 * The conversation a dialog was opened for: it stays that one, whatever is opened beneath meanwhile.
 *
 * `begin` is called whenever the dialog opens, `lost` when the conversation goes to somebody else while it is open.
 */
export function useSubject(props: DialogProps, begin: () => unknown, lost: (thread: Thread) => void): ShallowRef<Thread | null> {
  const subject: ShallowRef<Thread | null> = shallowRef(null)
  watch(
    () => props.show,
    (show) => {
      if (!show) return
      subject.value = props.thread
      begin()
    },
    { immediate: true },
  )
  watch(
    () => props.show && subject.value?.isLost,
    (isLost) => {
      if (isLost && subject.value) lost(subject.value)
    },
  )
  return subject
}
