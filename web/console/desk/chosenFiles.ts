import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { MOST_A_MESSAGE } from '../../shared/attachments'
import type { Attachment } from '../../shared/contract'

export interface Chosen {
  key: number
  name: string
  attachment: Attachment | null
  problem: string | null
}

/** The files chosen for the next reply of one conversation: uploaded at once, and still there when the agent comes back to it. */
export class ChosenFiles {
  readonly all: ShallowRef<readonly Chosen[]> = shallowRef([])
  readonly isUploading: ComputedRef<boolean> = computed(() => this.all.value.some((one) => one.attachment === null && one.problem === null))
  readonly ready: ComputedRef<Attachment[]> = computed(() => this.all.value.flatMap((one) => one.attachment ?? []))
  #keys = 0

  constructor(private readonly upload: (file: File) => Promise<Attachment>) {}

  add(files: Iterable<File>): void {
    for (const file of files) if (this.all.value.length < MOST_A_MESSAGE) void this.#addOne(file)
  }

  remove(key: number): void {
    this.all.value = this.all.value.filter((one) => one.key !== key)
  }

  /** Hands them over to a reply. */
  take(): Attachment[] {
    const taken = this.ready.value
    this.all.value = []
    return taken
  }

  async #addOne(file: File): Promise<void> {
    const key = this.#keys++
    const change = (more: Partial<Chosen>): void => {
      this.all.value = this.all.value.map((one) => (one.key === key ? { ...one, ...more } : one))
    }
    this.all.value = [...this.all.value, { key, name: file.name, attachment: null, problem: null }]
    try {
      change({ attachment: await this.upload(file) })
    } catch (error) {
      change({ problem: error instanceof Error ? error.message : String(error) })
    }
  }
}
