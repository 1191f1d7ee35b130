import { computed, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { MOST_A_MESSAGE } from '../../shared/attachments'
import type { Attachment } from '../../shared/contract'
import type { WaitingFile } from '../../shared/courier'
import { ApiError } from '../../shared/http'
import { randomId } from '../../shared/ids'
import type { OutgoingFiles } from '../../shared/outgoingFiles'
import { errorText } from '../loaded'

export interface Chosen {
  key: string
  name: string
  size_bytes: number
  /** What it became; null until then. */
  attachment: Attachment | null
  /** Kept in the browser until it is uploaded. */
  waiting: WaitingFile | null
  /** Being uploaded now; without this and without an attachment it waits for the network. */
  isUploading: boolean
  problem: string | null
}

/** Files that go with a reply: those the service has, and those that still wait for the network. */
export interface Taken {
  attachments: Attachment[]
  files: WaitingFile[]
}

/**
 * The files chosen for the next reply of one conversation: uploaded at once, and still there when the agent comes back to
 * it, after a reload too. Without a network they wait in the browser, and the reply may be sent nevertheless.
 */
export class ChosenFiles {
  readonly all: ShallowRef<readonly Chosen[]>
  readonly isUploading: ComputedRef<boolean> = computed(() => this.all.value.some((one) => one.isUploading))
  /** How many of them a reply would take. */
  readonly ready: ComputedRef<number> = computed(() => this.all.value.filter((one) => one.problem === null).length)

  constructor(
    private readonly outgoing: OutgoingFiles,
    private readonly upload: (file: File) => Promise<Attachment>,
    /** Those that outlive a reload. */
    private readonly lasting: Ref<readonly Chosen[] | null>,
  ) {
    this.all = shallowRef((lasting.value ?? []).map((one) => ({ ...one, isUploading: false })))
  }

  add(files: Iterable<File>): void {
    for (const file of files) if (this.all.value.length < MOST_A_MESSAGE) this.#addOne(file)
  }

  remove(key: string): void {
    const one = this.all.value.find((chosen) => chosen.key === key)
    if (one?.waiting) this.outgoing.drop([one.waiting])
    this.#set(this.all.value.filter((chosen) => chosen !== one))
  }

  /** The conversation is not this agent's any more. */
  clear(): void {
    for (const { key } of this.all.value) this.remove(key)
  }

  /** Hands them over to a reply. */
  take(): Taken {
    const going = this.all.value.filter((one) => one.problem === null)
    this.#set([])
    return {
      attachments: going.flatMap((one) => one.attachment ?? []),
      files: going.flatMap((one) => (one.attachment === null && one.waiting ? one.waiting : [])),
    }
  }

  /** The connection is back, or the page was loaded again. */
  retry(): void {
    for (const { key, attachment, waiting, isUploading, problem } of this.all.value) {
      if (attachment === null && waiting !== null && problem === null && !isUploading) void this.#send(key, () => this.outgoing.attachmentOf(waiting))
    }
  }

  #addOne(file: File): void {
    const key = randomId()
    const waiting = this.outgoing.keep(file)
    this.#set([...this.all.value, { key, name: file.name, size_bytes: file.size, attachment: null, waiting, isUploading: false, problem: null }])
    void this.#send(key, () => (waiting === null ? this.upload(file) : this.outgoing.attachmentOf(waiting)))
  }

  async #send(key: string, upload: () => Promise<Attachment>): Promise<void> {
    this.#change(key, { isUploading: true })
    const waiting = this.all.value.find((one) => one.key === key)?.waiting ?? null
    try {
      const attachment = await upload()
      this.#change(key, { attachment, waiting: null, isUploading: false })
      if (waiting) this.outgoing.drop([waiting])
    } catch (error) {
      const waits = waiting !== null && error instanceof ApiError && error.temporary
      this.#change(key, { isUploading: false, problem: waits ? null : errorText(error) })
    }
  }

  #change(key: string, more: Partial<Chosen>): void {
    this.#set(this.all.value.map((one) => (one.key === key ? { ...one, ...more } : one)))
  }

  #set(all: readonly Chosen[]): void {
    this.all.value = all
    const kept = all.filter((one) => one.problem === null && (one.attachment ?? one.waiting) !== null)
    this.lasting.value = kept.length === 0 ? null : kept
  }
}
