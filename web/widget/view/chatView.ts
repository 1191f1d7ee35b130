import { keepFocusAmong } from '../../shared/focus'
import { MARK } from '../../shared/mark'
import type { ChatState } from '../chatState'
import type { Preferences } from '../preferences'
import type { Texts } from '../texts'
import type { BubbleActions } from './bubble'
import { ComposerView, type ComposerActions } from './composer'
import { el, icon, ICONS } from './dom'
import { isNobodyThere, QueueBarView } from './queueBar'
import type { TicketDesk } from '../ticketDesk'
import { offeredKind } from '../ticketForm'
import type { TicketCardActions } from './ticketCard'
import { TicketPages } from './ticketPages'
import { TranscriptView } from './transcript'

/** As in styles/frame.css. */
const COVERS_THE_PAGE = matchMedia('(max-width: 560px), (max-height: 480px) and (pointer: coarse)')

export interface ChatViewActions extends BubbleActions, ComposerActions {
  open: () => void
  close: () => void
  leaveQueue: () => Promise<void>
  loadEarlier: () => Promise<readonly unknown[]>
  hurry: () => void
  prefer: (preferences: Preferences) => void
  tickets: TicketDesk
}

export interface ChatViewOptions {
  texts: Texts
  title: string
  draft: string
  voice: boolean
  preferences: Preferences
  actions: ChatViewActions
}

/** Launcher and panel. It is given states and tells of what the customer does; it decides nothing. */
export class ChatView {
  readonly launcher: HTMLButtonElement
  readonly panel: HTMLElement
  readonly #texts: Texts
  readonly #actions: ChatViewActions
  readonly #transcript: TranscriptView
  readonly #composer: ComposerView
  readonly #queue: QueueBarView
  readonly #talk = el('div', { class: 'talk' })
  readonly #tickets: TicketPages
  readonly #badge = el('span', { class: 'badge', hidden: true, testid: 'xq-unread' })
  readonly #status = el('div', { class: 'status', testid: 'xq-status' })
  readonly #face = el('div', { class: 'face', 'aria-hidden': 'true' }, MARK)
  readonly #intro: HTMLElement
  readonly #starters: HTMLElement
  readonly #notice: HTMLElement
  readonly #noticeText = el('span')
  readonly #menu: HTMLElement
  readonly #menuButton: HTMLButtonElement

  constructor({ texts, title, draft, voice, preferences, actions }: ChatViewOptions) {
    this.#texts = texts
    this.#actions = actions
    this.launcher = el('button', { type: 'button', class: 'launcher', testid: 'xq-launcher', 'aria-label': texts.launcher, 'aria-haspopup': 'dialog', on: { click: actions.open } }, icon(...ICONS.chat), this.#badge)
    this.#starters = this.#buildStarters()
    this.#intro = this.#buildIntro()
    this.#tickets = new TicketPages(texts, actions.tickets, this.#talk, {
      retry: actions.retry,
      discard: actions.discard,
      backToTalk: (opener) => {
        this.#backToTalk(opener)
      },
    })
    this.#transcript = new TranscriptView(texts, this.#talkActions(), () => { if (!this.#tickets.isOpen) this.#toText() }, this.#intro, actions.loadEarlier)
    this.#composer = new ComposerView(texts, actions, draft, voice)
    this.#queue = new QueueBarView(texts, actions.leaveQueue)
    this.#notice = el('div', { class: 'notice', role: 'status', hidden: true, testid: 'xq-offline' }, icon(...ICONS.alert), this.#noticeText, el('button', { type: 'button', on: { click: actions.hurry } }, texts.retryNow))
    this.#menuButton = el('button', { type: 'button', class: 'tool', 'aria-label': texts.more, title: texts.more, 'aria-expanded': 'false', on: { click: () => { this.#toggleMenu(this.#menu.hasAttribute('hidden')) } } }, icon(...ICONS.more))
    this.#menu = this.#buildMenu(preferences)
    this.#menu.addEventListener('click', (event) => {
      if (event.target instanceof Element && event.target.closest('button')) this.#toggleMenu(false)
    })
    const header = el(
      'header',
      {},
      this.#face,
      el('div', { class: 'heading' }, el('h2', { id: 'xq-title' }, title), this.#status),
      this.#menuButton,
      el('button', { type: 'button', class: 'tool', testid: 'xq-close', 'aria-label': texts.close, title: texts.close, on: { click: actions.close } }, icon(...ICONS.down)),
      this.#menu,
    )
    this.panel = el(
      'section',
      { class: 'panel', tabindex: -1, role: 'dialog', 'aria-labelledby': 'xq-title', hidden: true, testid: 'xq-panel', on: { keydown: (event) => { this.#onKey(event) } } },
      header,
      this.#notice,
      el('div', { class: 'stage' }, this.#talk, this.#tickets.element),
    )
    this.#talk.append(this.#queue.element, this.#transcript.element, this.#composer.element)
    this.#tickets.restore()
  }

  /** Puts away what lies over the conversation. */
  showTalk(): void {
    this.#tickets.close()
  }

  setOpen(open: boolean, moveFocus: boolean): void {
    this.panel.hidden = !open
    // On a phone nothing of the page is left to see.
    if (COVERS_THE_PAGE.matches) this.panel.setAttribute('aria-modal', 'true')
    else this.panel.removeAttribute('aria-modal')
    this.launcher.hidden = open
    this.#toggleMenu(false)
    if (open) this.#transcript.scrollToEnd(false)
    else this.#composer.stopListening()
    if (!moveFocus) return
    if (!open) this.launcher.focus()
    else if (this.#tickets.isOpen) this.#tickets.focus()
    else this.#toText()
  }

  /** The focus goes where one writes, but not where that would bring up a keyboard over half of the screen. */
  #toText(): void {
    if (matchMedia('(pointer: coarse)').matches) this.panel.focus()
    else this.#composer.focus()
  }

  #backToTalk(opener: HTMLElement | null): void {
    if (this.panel.hidden) return
    if (opener?.isConnected && !opener.matches(':disabled')) opener.focus()
    else this.#toText()
  }

  /** Offers of a message or a call lead to the form; everything else goes where it always goes. */
  #talkActions(): BubbleActions & TicketCardActions {
    const focused = (): HTMLElement | null => (this.panel.getRootNode() as ShadowRoot).activeElement as HTMLElement | null
    return {
      ...this.#actions,
      press: (message, title, payload) => {
        const kind = offeredKind(payload)
        if (kind === null) this.#actions.press(message, title, payload)
        else this.#tickets.openForm(kind, focused())
      },
      showTicket: (number) => {
        this.#tickets.openList(number, focused())
      },
      mendTicket: (letter) => {
        this.#tickets.mend(letter, this.#actions.discard)
      },
    }
  }

  setUnread(count: number): void {
    this.#badge.hidden = count === 0
    this.#badge.textContent = count > 99 ? '99+' : String(count)
    this.launcher.setAttribute('aria-label', count === 0 ? this.#texts.launcher : this.#texts.launcherUnread(count))
  }

  update(state: ChatState): void {
    const { connection, conversation, problem } = state
    const isNew = state.messages.length === 0 && state.pending.length === 0
    this.#starters.hidden = !isNew
    this.#notice.hidden = connection !== 'offline' && problem === null
    this.#noticeText.textContent = problem ?? this.#texts.offlineNotice
    this.#status.textContent = this.#statusText(state)
    this.#status.dataset.connection = connection
    this.#face.textContent = conversation?.state === 'active' ? (Array.from(conversation.agent?.name ?? '')[0] ?? MARK) : MARK
    this.#queue.update(conversation)
    this.#composer.showState(conversation?.state ?? 'bot')
    this.#transcript.update(state)
    this.#tickets.update(state)
  }

  #statusText({ connection, conversation }: ChatState): string {
    const { status } = this.#texts
    if (connection !== 'online') return status[connection]
    if (conversation?.state === 'queued') return isNobodyThere(conversation) ? status.kept : status.queued
    if (conversation?.state === 'active') return status.active(conversation.agent?.name ?? '')
    return status.online
  }

  #buildStarters(): HTMLElement {
    const { starters, startersLabel } = this.#texts
    const buttons = starters.map((text) => el('button', { type: 'button', testid: 'xq-starter', on: { click: () => { this.#actions.send(text) } } }, text))
    return el('div', { class: 'starters' }, el('small', {}, startersLabel), el('div', { class: 'choices' }, ...buttons))
  }

  #buildIntro(): HTMLElement {
    const { sender, greeting } = this.#texts
    const stack = el('div', { class: 'stack' }, el('div', { class: 'who' }, el('b', {}, sender.bot)), el('div', { class: 'bubble' }, el('div', { class: 'text' }, greeting)), this.#starters)
    return el('div', { class: 'row bot intro', testid: 'xq-intro' }, el('div', { class: 'avatar', 'aria-hidden': 'true' }, MARK), stack)
  }

  #buildMenu(preferences: Preferences): HTMLElement {
    const current = { ...preferences }
    const option = (name: keyof Preferences, label: string): HTMLElement => {
      const input = el('input', { type: 'checkbox', role: 'switch', testid: `xq-pref-${name}` })
      input.checked = current[name]
      input.addEventListener('change', () => {
        current[name] = input.checked
        this.#actions.prefer({ ...current })
      })
      return el('label', {}, label, input)
    }
    return el('div', { class: 'menu', hidden: true }, ...this.#tickets.menuEntries(this.#menuButton), option('largeText', this.#texts.largeText), option('sound', this.#texts.sound))
  }

  #toggleMenu(open: boolean): void {
    this.#menu.hidden = !open
    this.#menuButton.setAttribute('aria-expanded', String(open))
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Tab' && COVERS_THE_PAGE.matches) this.#keepFocus(event)
    if (event.key !== 'Escape' || event.isComposing) return
    event.stopPropagation()
    if (!this.#menu.hidden) this.#toggleMenu(false)
    else if (this.#tickets.isOpen) this.#tickets.close()
    else this.#actions.close()
  }

  #keepFocus(event: KeyboardEvent): void {
    const controls = this.panel.querySelectorAll<HTMLElement>('a[href], button:enabled, textarea, input, select, [tabindex="0"]')
    const stops = [...controls].filter((one) => one.tabIndex >= 0 && one.getClientRects().length > 0 && one.closest('[inert]') === null)
    keepFocusAmong(stops, event, (this.panel.getRootNode() as ShadowRoot).activeElement)
  }
}
