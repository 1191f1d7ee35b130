import { ref, type Ref } from 'vue'
import type { ReferenceData } from '../../shared/contract'
import { setZone } from '../time'

/** What the console shows alike everywhere: names, target and time zone; empty until the service has told them. */
export class Reference {
  readonly data: Ref<ReferenceData> = ref({ skill_groups: [], dispositions: [], tasks: [], reasons: [], service_level_s: 60, time_zone: '' })
  #isKnown = false

  /** `read` answers null when it failed. */
  constructor(private readonly read: () => Promise<ReferenceData | null>) {}

  /** Reads it until it is known; what changes later comes over the stream. */
  async load(): Promise<void> {
    if (this.#isKnown) return
    const found = await this.read()
    if (found !== null) this.take(found)
  }

  take(data: ReferenceData): void {
    this.data.value = data
    this.#isKnown = true
    setZone(data.time_zone)
  }
}
