import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { Revealed, RevealReason } from '../../shared/contract'

/** Whole numbers that were asked for, for as long as the conversation is in view; stored nowhere. */
export class ShownNumbers {
  readonly #given: ShallowRef<Revealed | null> = shallowRef(null)
  readonly #mayAsk: Ref<boolean> = ref(true)

  constructor(private readonly ask: (reason: RevealReason) => Promise<Revealed>) {}

  /** Null until they were asked for. */
  get given(): Revealed | null {
    return this.#given.value
  }

  /** Whether this agent is given them when they ask; the service decides again. */
  get mayAsk(): boolean {
    return this.#mayAsk.value
  }

  set mayAsk(may: boolean) {
    this.#mayAsk.value = may
    if (!may) this.hide()
  }

  async reveal(reason: RevealReason): Promise<void> {
    this.#given.value = await this.ask(reason)
  }

  hide(): void {
    this.#given.value = null
  }
}
