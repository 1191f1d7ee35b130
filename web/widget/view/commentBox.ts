import { LONGEST_COMMENT, type Comment } from '../comments'
import type { Texts } from '../texts'
import { el } from './dom'

const TALLEST_PX = 140

export interface CommentActions {
  say: (text: string) => void
  skip: () => void
  /** The box is gone, and the focus with it. */
  left: () => void
}

/** Where customers add words to their score, if they like; then what they said, and how far it got. */
export class CommentView {
  readonly element: HTMLElement
  readonly #input: HTMLTextAreaElement
  readonly #count = el('span', { class: 'count', role: 'status', testid: 'xq-comment-count' })
  readonly #send: HTMLButtonElement
  readonly #form: HTMLFormElement
  readonly #said = el('p', { class: 'text' })
  readonly #state = el('span', { class: 'state', testid: 'xq-comment-state' })
  readonly #kept: HTMLElement
  #shown: Comment['status'] | null = null

  constructor(
    private readonly texts: Texts,
    private readonly actions: CommentActions,
  ) {
    const { comment } = texts
    this.#input = el('textarea', {
      testid: 'xq-comment-input',
      rows: 2,
      enterkeyhint: 'send',
      autocomplete: 'off',
      'aria-label': comment.label,
      placeholder: comment.placeholder,
      on: {
        input: () => {
          this.#onInput()
        },
        keydown: (event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
          event.preventDefault()
          this.#submit()
        },
      },
    })
    this.#send = el('button', { type: 'submit', class: 'say', testid: 'xq-comment-send' }, comment.send)
    const skip = el('button', { type: 'button', testid: 'xq-comment-skip', on: { click: () => { this.#leave(actions.skip) } } }, comment.skip)
    this.#form = el('form', { class: 'comment', testid: 'xq-comment', on: { submit: (event) => { event.preventDefault(); this.#submit() } } }, this.#input, el('div', { class: 'bar' }, this.#count, skip, this.#send))
    this.#kept = el('div', { class: 'comment said', hidden: true, testid: 'xq-comment-said' }, el('small', {}, comment.said, ' · ', this.#state), this.#said)
    this.element = el('div', { class: 'comments' }, this.#form, this.#kept)
    this.#onInput()
  }

  focus(): void {
    this.#input.focus({ preventScroll: true })
  }

  /** `isOpen`: the conversation has not gone on since; words half written keep the box there all the same. */
  update(comment: Comment | undefined, isOpen: boolean): void {
    const status = comment?.status ?? null
    const isSaid = status === 'waiting' || status === 'sending' || status === 'sent'
    const isWanted = isOpen || this.#input.value.trim() !== ''
    this.#form.hidden = isSaid || status === 'skipped' || (status === null && !isWanted)
    this.#kept.hidden = !isSaid
    this.element.hidden = this.#form.hidden && this.#kept.hidden
    if (comment === undefined || status === this.#shown) return
    this.#shown = status
    if (isSaid) {
      this.#said.textContent = comment.text
      this.#state.textContent = this.texts.comment[status]
    }
    if (status === 'failed') {
      this.#input.value = comment.text
      this.#onInput()
      this.#count.textContent = comment.error
      this.#count.classList.add('wrong')
    }
  }

  #onInput(): void {
    const text = this.#input.value.trim()
    const length = Array.from(text).length
    const isTooLong = length > LONGEST_COMMENT
    this.#count.classList.toggle('wrong', isTooLong)
    this.#count.textContent = isTooLong ? this.texts.comment.tooLong(LONGEST_COMMENT) : length === 0 ? '' : `${String(length)}/${String(LONGEST_COMMENT)}`
    // Every letter typed would be read out otherwise.
    this.#count.setAttribute('aria-live', isTooLong ? 'polite' : 'off')
    this.#send.disabled = length === 0 || isTooLong
    this.#input.style.height = 'auto'
    if (this.#input.scrollHeight > 0) this.#input.style.height = `${String(Math.min(this.#input.scrollHeight, TALLEST_PX))}px`
    // The box has grown downwards.
    if (text !== '') this.#send.scrollIntoView({ block: 'nearest' })
  }

  #submit(): void {
    if (this.#send.disabled) return
    const text = this.#input.value.trim()
    this.#input.value = ''
    this.#onInput()
    this.#leave(() => {
      this.actions.say(text)
    })
  }

  #leave(how: () => void): void {
    how()
    this.actions.left()
  }
}
