import { isPicture, MOST_A_MESSAGE, sizeText } from '../../shared/attachments'
import type { Attachment } from '../../shared/contract'
import type { Enclosed, WaitingFile } from '../../shared/courier'
import { ApiError } from '../../shared/http'
import type { Texts } from '../texts'
import { el, icon, ICONS } from './dom'

export interface TrayActions {
  upload: (file: File) => Promise<Attachment>
  /** Keeps a file until there is a network; null when there is no room. */
  keepFile: (file: File) => WaitingFile | null
  forgetFile: (file: WaitingFile) => void
  fileUrl: (id: string) => string
  changed: () => void
}

interface Chip {
  element: HTMLElement
  attachment: Attachment | null
  waiting: WaitingFile | null
  failed: boolean
}

/** The files chosen for the next message: uploaded at once, shown before they are sent. */
export class TrayView {
  readonly element = el('div', { class: 'tray', hidden: true, testid: 'xq-tray' })
  #chips: Chip[] = []
  readonly #notice: HTMLElement
  #tooMany = false

  constructor(
    private readonly texts: Texts,
    private readonly actions: TrayActions,
  ) {
    this.#notice = el('p', { class: 'tray-notice', role: 'status', testid: 'xq-tray-notice' }, texts.tooManyFiles(MOST_A_MESSAGE))
  }

  get isUploading(): boolean {
    return this.#chips.some((chip) => chip.attachment === null && chip.waiting === null && !chip.failed)
  }

  /** One of them cannot be sent. */
  get hasFailed(): boolean {
    return this.#chips.some((chip) => chip.failed)
  }

  /** Something can be sent. */
  get hasFiles(): boolean {
    return this.#chips.some((chip) => chip.attachment !== null || chip.waiting !== null)
  }

  add(files: Iterable<File>): void {
    const room = MOST_A_MESSAGE - this.#chips.length
    const given = [...files]
    this.#tooMany = given.length > room
    for (const file of given.slice(0, room)) void this.#upload(file)
    if (this.#tooMany) this.#show()
    this.element.scrollTop = this.element.scrollHeight
  }

  /** Hands the files over to a message. */
  take(): Pick<Enclosed, 'attachments' | 'files'> {
    const taken = {
      attachments: this.#chips.flatMap((chip) => chip.attachment ?? []),
      files: this.#chips.flatMap((chip) => chip.waiting ?? []),
    }
    this.#chips = []
    this.#tooMany = false
    this.#show()
    return taken
  }

  async #upload(file: File): Promise<void> {
    const state = el('span', { class: 'chip-state', role: 'status' }, this.texts.uploading)
    const picture = el('span', { class: 'chip-picture' }, icon(...ICONS.document))
    const remove = el('button', { type: 'button', 'aria-label': this.texts.removeFile(file.name), title: this.texts.removeFile(file.name) }, '×')
    const chip: Chip = { element: el('div', { class: 'chip', testid: 'xq-chip' }, picture, el('span', { class: 'chip-name' }, file.name, state), remove), attachment: null, waiting: null, failed: false }
    remove.addEventListener('click', () => {
      this.#chips = this.#chips.filter((one) => one !== chip)
      if (chip.waiting) this.actions.forgetFile(chip.waiting)
      this.#tooMany = false
      this.#show()
    })
    this.#chips.push(chip)
    this.#show()
    try {
      chip.attachment = await this.actions.upload(file)
      state.textContent = sizeText(chip.attachment.size_bytes)
      if (isPicture(chip.attachment)) picture.replaceChildren(el('img', { src: this.actions.fileUrl(chip.attachment.id), alt: '' }))
    } catch (error) {
      const isOffline = error instanceof ApiError && error.temporary
      chip.waiting = isOffline && this.#chips.includes(chip) ? this.actions.keepFile(file) : null
      chip.failed = chip.waiting === null
      chip.element.classList.toggle('failed', chip.failed)
      state.textContent = chip.waiting ? this.texts.fileWaits : isOffline ? this.texts.filesFull : error instanceof Error ? error.message : this.texts.failed
    }
    this.#show()
  }

  #show(): void {
    this.element.hidden = this.#chips.length === 0
    this.element.replaceChildren(...this.#chips.map((chip) => chip.element), ...(this.#tooMany ? [this.#notice] : []))
    this.actions.changed()
  }
}
