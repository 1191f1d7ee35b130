import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { RequestSummary } from '../../shared/contract'

/** Who waits, as the service last said it. */
export class WaitingList {
  readonly requests: ShallowRef<RequestSummary[]> = shallowRef([])
  /** Local clock minus the service's, so that waiting times are right on a PC whose clock is wrong. */
  readonly clockAhead_ms: Ref<number> = ref(0)
  #known: Set<string> | null = null

  /** Takes a whole snapshot; answers the requests that were not in the one before (none for the first). */
  replace(requests: RequestSummary[]): RequestSummary[] {
    const newest = requests.reduce<RequestSummary | null>((one, other) => (one && one.waited_s < other.waited_s ? one : other), null)
    if (newest) this.clockAhead_ms.value = Date.now() - (newest.requested_at_ms + newest.waited_s * 1000)
    this.requests.value = requests
    const known = this.#known
    this.#known = new Set(requests.map((request) => request.id))
    return known === null ? [] : requests.filter((request) => !known.has(request.id))
  }

  drop(id: string): void {
    this.requests.value = this.requests.value.filter((request) => request.id !== id)
  }
}
