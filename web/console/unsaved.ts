import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

/** Forms on the screen, each with whether somebody typed into it what is not saved. */
const forms = new Set<() => boolean>()

/** Waits for an answer: whether what was typed may be thrown away. */
export const question: ShallowRef<((isThrownAway: boolean) => void) | null> = shallowRef(null)

export function hasUnsaved(): boolean {
  return [...forms].some((isChanged) => isChanged())
}

/** Whether to go on: at once when nothing would be lost, else as the person decides. */
export function mayLeave(isLosing: boolean = hasUnsaved()): Promise<boolean> {
  if (!isLosing) return Promise.resolve(true)
  // Asked a second time, the first question is answered with no.
  question.value?.(false)
  return new Promise((resolve) => {
    question.value = (isThrownAway) => {
      question.value = null
      resolve(isThrownAway)
    }
  })
}

/** Watches over a form for as long as its component lives; answers how to ask before it is closed. */
export function useUnsaved(isChanged: () => boolean): () => Promise<boolean> {
  forms.add(isChanged)
  onScopeDispose(() => forms.delete(isChanged))
  return () => mayLeave(isChanged())
}

/** For leaving the page altogether: the browser asks in its own words. */
export function holdPage(event: BeforeUnloadEvent): void {
  if (hasUnsaved()) event.preventDefault()
}
