import { computed, ref, type ComputedRef, type Ref } from 'vue'
import type { Thread } from './thread'

type Row = Pick<Thread, 'id' | 'unanswered_since_ms'> & { summary: Pick<Thread['summary'], 'last_message_at_ms'> }

/** To whom a reply is owed longest comes first; then who spoke last. */
export function inOrder<T extends Row>(rows: Iterable<T>): T[] {
  const owed = (row: T): number => row.unanswered_since_ms ?? Infinity
  return [...rows].sort((one, other) => {
    if (owed(one) !== owed(other)) return owed(one) - owed(other)
    return other.summary.last_message_at_ms - one.summary.last_message_at_ms
  })
}

/** As they stood; who came since is at the end, in order. */
export function asBefore<T extends Row>(rows: Iterable<T>, before: readonly string[]): T[] {
  const ordered = inOrder(rows)
  const place = new Map(before.map((id, i) => [id, i]))
  return ordered.sort((one, other) => (place.get(one.id) ?? before.length) - (place.get(other.id) ?? before.length))
}

export interface Order<T> {
  rows: ComputedRef<T[]>
  /** While true no row moves: somebody is about to press one. */
  isHeld: Ref<boolean>
}

/** The order that the list shows and the keys follow. */
export function useOrder<T extends Row>(all: () => Iterable<T>): Order<T> {
  const isHeld = ref(false)
  let before: string[] = []
  const rows = computed(() => {
    const ordered = isHeld.value ? asBefore(all(), before) : inOrder(all())
    before = ordered.map((row) => row.id)
    return ordered
  })
  return { rows, isHeld }
}
