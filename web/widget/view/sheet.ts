import type { Texts } from '../texts'
import { el, icon, ICONS } from './dom'

/** A page of its own over the conversation. It takes the focus when it opens; what lies beneath is out of reach then. */
export class SheetView {
  readonly element: HTMLElement
  readonly #title = el('h3', { id: 'xq-sheet-title' })
  readonly #body = el('div', { class: 'sheet-body' })
  #opener: HTMLElement | null = null

  /** `beneath`: what it covers. `onClose` is told of every closing, with who had the focus before. */
  constructor(
    texts: Texts,
    private readonly beneath: HTMLElement,
    private readonly onClose: (opener: HTMLElement | null) => void,
  ) {
    const label = texts.tickets.back
    const back = el('button', { type: 'button', class: 'tool', testid: 'xq-sheet-back', 'aria-label': label, title: label, on: { click: () => { this.close() } } }, icon(...ICONS.back))
    const head = el('div', { class: 'sheet-head' }, back, this.#title)
    this.element = el('section', { class: 'sheet', role: 'dialog', tabindex: -1, 'aria-labelledby': 'xq-sheet-title', hidden: true, testid: 'xq-sheet' }, head, this.#body)
  }

  get isOpen(): boolean {
    return !this.element.hidden
  }

  /** Shows `content` under `title`; `opener` gets the focus back. */
  open(title: string, content: HTMLElement, opener: HTMLElement | null): void {
    if (!this.isOpen) this.#opener = opener
    this.setTitle(title)
    this.#body.replaceChildren(content)
    this.element.hidden = false
    this.beneath.inert = true
    this.#body.scrollTop = 0
  }

  setTitle(title: string): void {
    this.#title.textContent = title
  }

  focus(): void {
    this.element.focus({ preventScroll: true })
  }

  /** `isDone`: what was opened for is done, so there is nothing to go back to. */
  close(isDone = false): void {
    if (!this.isOpen) return
    this.element.hidden = true
    this.beneath.inert = false
    const opener = isDone ? null : this.#opener
    this.#opener = null
    this.onClose(opener)
  }
}
