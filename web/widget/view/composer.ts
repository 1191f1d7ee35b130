import { ACCEPTED } from '../../shared/attachments'
import type { Enclosed } from '../../shared/courier'
import type { Texts } from '../texts'
import { hasVoice, listen, type Listening } from '../voice'
import { el, icon, ICONS } from './dom'
import { EmojiView } from './emoji'
import { TrayView, type TrayActions } from './tray'

export const LONGEST_TEXT = 2000
const TALLEST_PX = 140

export interface ComposerActions extends Omit<TrayActions, 'changed'> {
  send: (text: string, enclosed?: Enclosed) => void
  typing: () => void
  transfer: () => void
  draft: (text: string) => void
}

/** The writing box: Enter sends, Shift+Enter breaks the line, and an input method's own Enter is left alone. */
export class ComposerView {
  readonly element: HTMLElement
  readonly #input: HTMLTextAreaElement
  readonly #send: HTMLButtonElement
  readonly #transfer: HTMLButtonElement
  readonly #transferLabel = el('span')
  readonly #warning = el('div', { class: 'warning', role: 'status', hidden: true, testid: 'xq-warning' })
  readonly #emoji: EmojiView
  readonly #mic: HTMLButtonElement
  readonly #tray: TrayView
  #listening: Listening | null = null
  /** It was to be sent while files were still on their way. */
  #sendsWhenUploaded = false

  constructor(
    private readonly texts: Texts,
    private readonly actions: ComposerActions,
    draft: string,
    voice: boolean,
  ) {
    this.#tray = new TrayView(texts, { ...actions, changed: () => { this.#onTray() } })
    this.#input = el('textarea', {
      testid: 'xq-input',
      rows: 1,
      enterkeyhint: 'send',
      autocomplete: 'off',
      'aria-label': texts.inputLabel,
      placeholder: texts.inputPlaceholder,
      on: {
        keydown: (event) => {
          this.#onKey(event)
        },
        input: () => {
          this.#onInput()
        },
        paste: (event) => {
          const files = event.clipboardData?.files
          if (!files?.length) return
          event.preventDefault()
          this.#tray.add(files)
        },
      },
    })
    this.#input.value = draft
    this.#send = el('button', { type: 'submit', class: 'send', testid: 'xq-send', 'aria-label': texts.send, title: texts.send }, icon(...ICONS.send))
    this.#transfer = el('button', { type: 'button', class: 'transfer', testid: 'xq-transfer', on: { click: actions.transfer } }, icon(...ICONS.person), this.#transferLabel)
    this.#emoji = new EmojiView(
      texts,
      (sign) => {
        this.#insert(sign)
      },
      () => {
        this.focus()
      },
    )
    this.#mic = el('button', { type: 'button', class: 'tool', hidden: !voice || !hasVoice(), testid: 'xq-voice', 'aria-label': texts.voice, title: texts.voice, 'aria-pressed': 'false', on: { click: () => { this.#toggleVoice() } } }, icon(...ICONS.mic))
    const chooser = el('input', { type: 'file', multiple: true, hidden: true, accept: ACCEPTED, testid: 'xq-file', 'aria-label': texts.attach })
    chooser.addEventListener('change', () => {
      this.#tray.add(chooser.files ?? [])
      chooser.value = ''
    })
    const attach = el('button', { type: 'button', class: 'tool', testid: 'xq-attach', 'aria-label': texts.attach, title: texts.attach, on: { click: () => { chooser.click() } } }, icon(...ICONS.clip))
    const form = el(
      'form',
      { class: 'box', on: { submit: (event) => { event.preventDefault(); this.#submit() } } },
      chooser,
      this.#input,
      attach,
      this.#mic,
      this.#emoji.button,
      this.#send,
    )
    this.element = el('div', { class: 'composer' }, this.#emoji.panel, el('div', { class: 'bar' }, this.#transfer), this.#warning, this.#tray.element, form)
    this.element.addEventListener('dragover', (event) => {
      event.preventDefault()
    })
    this.element.addEventListener('drop', (event) => {
      event.preventDefault()
      this.#tray.add(event.dataTransfer?.files ?? [])
    })
    this.#onInput()
  }

  focus(): void {
    this.#input.focus({ preventScroll: true })
  }

  showState(state: 'bot' | 'queued' | 'active' | 'closed'): void {
    const { texts } = this
    this.#input.placeholder = state === 'active' ? texts.inputPlaceholderAgent : texts.inputPlaceholder
    this.#transferLabel.textContent = state === 'queued' ? texts.transferQueued : state === 'active' ? texts.transferActive : texts.transfer
    this.#transfer.disabled = state === 'queued' || state === 'active'
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.#emoji.isOpen) {
      event.stopPropagation()
      this.#emoji.close()
    }
    // keyCode 229: Safari ends the composition before it delivers the Enter that ended it.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other sign of it
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    this.#submit()
  }

  #onInput(): void {
    const text = this.#input.value
    // Whoever writes on has not done yet.
    this.#sendsWhenUploaded = false
    const tooLong = lengthOf(text) > LONGEST_TEXT
    this.#warn(tooLong ? this.texts.tooLong(LONGEST_TEXT) : '')
    this.#showSend()
    this.#input.style.height = 'auto'
    if (this.#input.scrollHeight > 0) this.#input.style.height = `${String(Math.min(this.#input.scrollHeight, TALLEST_PX))}px`
    this.actions.draft(text)
    if (text !== '') this.actions.typing()
  }

  /** A file arrived, failed or was taken away. */
  #onTray(): void {
    this.#showSend()
    if (!this.#sendsWhenUploaded || this.#tray.isUploading) return
    this.#keepFromSending()
    // One that failed is said at the file; what to do then is the customer's matter.
    if (!this.#tray.hasFailed) this.#submit()
  }

  #keepFromSending(): void {
    this.#sendsWhenUploaded = false
    this.#warn('')
  }

  #warn(words: string): void {
    this.#warning.hidden = words === ''
    this.#warning.textContent = words
  }

  #showSend(): void {
    const length = lengthOf(this.#input.value)
    this.#send.disabled = length > LONGEST_TEXT || (length === 0 && !this.#tray.hasFiles && !this.#tray.isUploading)
  }

  /** What is heard goes into the box, to be read over and sent by hand. */
  #toggleVoice(): void {
    if (this.#listening !== null) {
      this.#listening.stop()
      return
    }
    const before = this.#input.value
    this.#mic.setAttribute('aria-pressed', 'true')
    const listening = listen(this.texts.locale, {
      heard: (heard) => {
        this.#input.value = before + heard
        this.#onInput()
      },
      ended: (refused) => {
        this.#stopListening()
        if (refused) this.#warn(this.texts.voiceRefused)
        this.focus()
      },
    })
    this.#listening = listening.isOver() ? null : listening
  }

  /** What was said so far stands; what the browser still makes of it does not come into the box any more. */
  stopListening(): void {
    this.#listening?.abandon()
    this.#stopListening()
  }

  #stopListening(): void {
    this.#listening = null
    this.#mic.setAttribute('aria-pressed', 'false')
  }

  #submit(): void {
    this.stopListening()
    const text = this.#input.value.trim()
    if (lengthOf(text) > LONGEST_TEXT) return
    if (this.#tray.isUploading) {
      this.#sendsWhenUploaded = true
      this.#warn(this.texts.sendsWhenUploaded)
      return
    }
    if (text === '' && !this.#tray.hasFiles) return
    this.#input.value = ''
    this.#emoji.close()
    this.#onInput()
    this.actions.send(text, this.#tray.take())
    this.focus()
  }

  /** The grid stays open and keeps the focus: people like to put several, and a phone's keyboard would cover it. */
  #insert(sign: string): void {
    this.#input.setRangeText(sign, this.#input.selectionStart, this.#input.selectionEnd, 'end')
    this.#onInput()
  }
}

/** As the service counts: an emoji is one, however many units it takes here. */
function lengthOf(text: string): number {
  return Array.from(text.trim()).length
}
