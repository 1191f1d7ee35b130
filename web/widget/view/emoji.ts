import { EMOJI, EMOJI_COLUMNS, stepInGrid } from '../../shared/emoji'
import type { Texts } from '../texts'
import { el, icon, ICONS } from './dom'

/** The emoji button and its grid: arrows move in it, Enter chooses, Escape leads back to the text. */
export class EmojiView {
  readonly panel: HTMLElement
  readonly button: HTMLButtonElement
  readonly #signs: HTMLButtonElement[]

  constructor(
    texts: Texts,
    private readonly choose: (sign: string) => void,
    private readonly leave: () => void,
  ) {
    this.#signs = EMOJI.map((sign) => el('button', { type: 'button', tabindex: -1, on: { click: () => { this.choose(sign) } } }, sign))
    this.panel = el('div', { class: 'emoji', role: 'group', 'aria-label': texts.emoji, hidden: true, testid: 'xq-emoji-panel', on: { keydown: (event) => { this.#onKey(event) } } }, ...this.#signs)
    this.button = el('button', { type: 'button', class: 'tool', testid: 'xq-emoji', 'aria-label': texts.emoji, title: texts.emoji, 'aria-expanded': 'false', on: { click: () => { this.#toggle() } } }, icon(...ICONS.smile))
  }

  get isOpen(): boolean {
    return !this.panel.hidden
  }

  close(): void {
    this.panel.hidden = true
    this.button.setAttribute('aria-expanded', 'false')
  }

  #toggle(): void {
    if (this.isOpen) {
      this.close()
      return
    }
    this.panel.hidden = false
    this.button.setAttribute('aria-expanded', 'true')
    this.#focus(0)
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.stopPropagation()
      this.close()
      this.leave()
      return
    }
    const at = this.#signs.indexOf(event.target as HTMLButtonElement)
    const next = at < 0 ? null : stepInGrid(event.key, at, EMOJI.length, EMOJI_COLUMNS)
    if (next === null) return
    event.preventDefault()
    this.#focus(next)
  }

  /** One of them takes part in tabbing, so that Tab leaves the grid. */
  #focus(index: number): void {
    this.#signs.forEach((one, i) => {
      one.tabIndex = i === index ? 0 : -1
    })
    this.#signs[index]?.focus()
  }
}
