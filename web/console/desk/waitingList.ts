import { reactive, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { RequestSummary } from '../../shared/contract'

/** Long enough to be found after the sound was heard. */
export const NEW_FOR_MS = 10_000

/** Who waits, as the service last said it. */
export class WaitingList {
  readonly requests: ShallowRef<RequestSummary[]> = shallowRef([])
  /** Local clock minus the service's, so that waiting times are right on a PC whose clock is wrong. */
  readonly clockAhead_ms: Ref<number> = ref(0)
  #known: Set<string> | null = null
  /** When those came that nobody pointed at yet. */
  readonly #came_ms = reactive(new Map<string, number>())

  /** Takes a whole snapshot; answers the requests that were not in the one before (none for the first). */
  replace(requests: RequestSummary[]): RequestSummary[] {
    const newest = requests.reduce<RequestSummary | null>((one, other) => (one && one.waited_s < other.waited_s ? one : other), null)
    if (newest) this.clockAhead_ms.value = Date.now() - (newest.requested_at_ms + newest.waited_s * 1000)
    this.requests.value = requests
    const known = this.#known
    this.#known = new Set(requests.map((request) => request.id))
    const came = known === null ? [] : requests.filter((request) => !known.has(request.id))
    for (const id of this.#came_ms.keys()) if (!this.#known.has(id)) this.#came_ms.delete(id)
    for (const request of came) this.#came_ms.set(request.id, Date.now())
    return came
  }

  /** Came a moment ago and was not looked at: marked, so that the sound leads somewhere. */
  isNew(id: string, at_ms: number): boolean {
    const came_ms = this.#came_ms.get(id)
    return came_ms !== undefined && at_ms - came_ms < NEW_FOR_MS
  }

  see(id: string): void {
    this.#came_ms.delete(id)
  }

  drop(id: string): void {
    this.requests.value = this.requests.value.filter((request) => request.id !== id)
  }
}
