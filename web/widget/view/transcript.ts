import type { CustomerTicket, Message } from '../../shared/contract'
import type { PendingLetter } from '../../shared/courier'
import type { ChatState } from '../chatState'
import type { Texts } from '../texts'
import { markButtons, markFeedback, markKeepPlace, markRead, pendingRow, type BubbleActions } from './bubble'
import { CommentView } from './commentBox'
import { el } from './dom'
import { EndFollower } from './endFollower'
import { MessageRows } from './messageRows'
import { holdPlace } from './place'
import { offerTaken, putCard, ticketOf, unsentCard, type TicketCardActions } from './ticketCard'

/** The scrolling list of bubbles, with what is on its way and who is writing. */
export class TranscriptView {
  readonly element: HTMLElement
  readonly #rows: MessageRows
  readonly #pending = el('div', { class: 'rows' })
  readonly #typing = el('div', { class: 'typing', hidden: true, testid: 'xq-typing' })
  readonly #earlier: HTMLButtonElement
  readonly #jump: HTMLButtonElement
  readonly #scroller: HTMLElement
  readonly #end: EndFollower
  /** By message id: a box keeps what was written in it when the rows are made again. */
  readonly #comments = new Map<string, CommentView>()
  #pendingKey = ''
  #readSeq = 0
  #judged: ReadonlyMap<number, boolean> | null = null
  #judgedRows = 0
  #markedRows = 0
  #ratedByKey = false
  #tickets: readonly CustomerTicket[] | null = null
  #ticketRows = 0
  #isLoading = false
  readonly #renewed: HTMLElement
  /** What a screen reader is told of earlier messages, in place of all of them. */
  readonly #said = el('div', { class: 'hidden', role: 'status' })

  constructor(
    private readonly texts: Texts,
    private readonly actions: BubbleActions & TicketCardActions,
    private readonly toText: () => void,
    private readonly intro: HTMLElement,
    loadEarlier: () => Promise<readonly unknown[]>,
  ) {
    this.#rows = new MessageRows(texts, actions, (offer) => this.#commentBox(offer).element)
    this.#earlier = el('button', { type: 'button', class: 'earlier', hidden: true, testid: 'xq-earlier', on: { click: () => void this.#showEarlier(loadEarlier) } }, texts.loadEarlier)
    this.#jump = el('button', { type: 'button', class: 'jump', hidden: true, on: { click: () => { this.scrollToEnd(true) } } }, texts.newMessages)
    this.#renewed = el('div', { class: 'when', role: 'status', hidden: true, testid: 'xq-renewed' }, texts.renewed)
    const log = el('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-label': texts.log }, this.#rows.history, this.#rows.live, this.#pending)
    this.#scroller = el('div', { class: 'scroller', tabindex: 0, on: { click: (event) => { this.#onClick(event) } } }, this.#earlier, intro, this.#renewed, log, this.#typing)
    this.#scroller.prepend(this.#said)
    this.#end = new EndFollower(this.#scroller, [log, this.#typing], () => { this.#jump.hidden = true })
    this.element = el('div', { class: 'transcript' }, this.#scroller, this.#jump)
  }

  update(state: ChatState): void {
    const backToPlace = this.#rows.hasEarlier(state.messages) ? holdPlace(this.#scroller, this.#rows.all()) : null
    this.#rows.keepTime()
    const grew = this.#rows.show(state.messages, state.historySeq)
    const wrote = this.#showPending(state)
    this.#showTyping(state)
    this.#markUsedButtons(state)
    this.#markRead(state)
    this.#markFeedback(state)
    this.#showComments(state)
    this.#showTickets(state)
    this.#showBeginning(state)
    backToPlace?.()
    if (backToPlace !== null) return
    if (wrote || (this.#end.isFollowing && this.element.isConnected)) this.scrollToEnd(false)
    else if (grew) this.#jump.hidden = false
  }

  /** The beginning is the greeting; until it is reached, the way there. */
  #showBeginning({ hasEarlier, isRenewed }: ChatState): void {
    this.#renewed.hidden = !isRenewed || hasEarlier
    this.intro.hidden = hasEarlier
    const hadFocus = (this.#earlier.getRootNode() as Document | ShadowRoot).activeElement === this.#earlier
    this.#earlier.hidden = !hasEarlier
    if (hadFocus && !hasEarlier) this.#scroller.focus({ preventScroll: true })
  }

  /** A button that served is disabled and would take the focus, and Escape, with it. */
  #onClick(event: MouseEvent): void {
    const button = event.target instanceof Element ? event.target.closest('.choices button') : null
    if (button === null) return
    this.#ratedByKey = event.detail === 0 && button.closest('.stars') !== null
    this.toText()
  }

  scrollToEnd(smooth: boolean): void {
    this.#end.toEnd(smooth)
  }

  /** Answers whether the customer has just written something. */
  #showPending({ pending }: ChatState): boolean {
    const key = pending.map((letter) => `${letter.client_message_id} ${letter.status}`).join()
    if (key === this.#pendingKey) return false
    const wrote = pending.some((letter) => !this.#pendingKey.includes(letter.client_message_id))
    this.#pendingKey = key
    this.#pending.replaceChildren(...pending.map((letter) => this.#pendingRow(letter)))
    return wrote
  }

  #pendingRow(letter: PendingLetter): HTMLElement {
    if (letter.ticket === undefined) return pendingRow(letter, this.texts, this.actions)
    return el('div', { class: 'row system' }, el('div', { class: 'stack' }, unsentCard(letter, this.texts, this.actions)))
  }

  #showTyping({ typing }: ChatState): void {
    this.#typing.hidden = typing === null
    if (typing === null) return
    const dots = el('span', { class: 'dots', 'aria-hidden': 'true' }, el('i'), el('i'), el('i'))
    if (this.#typing.dataset.who !== typing) this.#typing.replaceChildren(dots, el('span', {}, this.texts.typing[typing]))
    this.#typing.dataset.who = typing
  }

  #markUsedButtons({ conversation, messages, pending, chosen, tickets }: ChatState): void {
    for (const message of messages) {
      if (message.buttons.length === 0) continue
      const row = this.#rows.get(message.seq)
      if (row === undefined) continue
      markButtons(row, chosen.get(message.id) ?? offerTaken(message, tickets ?? [], pending))
      markKeepPlace(row, conversation?.state === 'queued')
    }
  }

  #markRead({ messages, conversation }: ChatState): void {
    const readSeq = conversation?.agent_read_seq ?? 0
    // A row may come after the mark that covers it: what was missed is fetched after the connection told the mark.
    if (readSeq === this.#readSeq && this.#rows.size === this.#markedRows) return
    this.#readSeq = readSeq
    this.#markedRows = this.#rows.size
    for (const { seq, sender } of messages) {
      const row = sender === 'customer' && seq <= readSeq ? this.#rows.get(seq) : undefined
      if (row) markRead(row, this.texts)
    }
  }

  #markFeedback({ feedback }: ChatState): void {
    if (feedback === this.#judged && this.#rows.size === this.#judgedRows) return
    this.#judged = feedback
    this.#judgedRows = this.#rows.size
    for (const [seq, row] of this.#rows) markFeedback(row, feedback.get(seq))
  }

  #commentBox(offer: Message): CommentView {
    const known = this.#comments.get(offer.id)
    if (known) return known
    const say = (text: string | null): void => {
      this.actions.comment(offer, text)
    }
    const box = new CommentView(this.texts, { say, skip: () => { say(null) }, left: () => { this.toText() } })
    this.#comments.set(offer.id, box)
    return box
  }

  #showComments({ messages, comments }: ChatState): void {
    const last = messages.at(-1)?.id
    for (const [id, box] of this.#comments) box.update(comments.get(id), id === last)
    const box = this.#comments.get(last ?? '')
    if (box === undefined || !this.#ratedByKey) return
    this.#ratedByKey = false
    box.focus()
  }

  #showTickets({ messages, tickets }: ChatState): void {
    if (tickets === null || (tickets === this.#tickets && this.#rows.size === this.#ticketRows)) return
    this.#tickets = tickets
    this.#ticketRows = this.#rows.size
    for (const message of messages) {
      const ticket = ticketOf(message, tickets)
      const row = ticket && this.#rows.get(message.seq)
      if (row) putCard(row, ticket, this.texts, this.actions)
    }
  }

  async #showEarlier(load: () => Promise<readonly unknown[]>): Promise<void> {
    if (this.#isLoading) return
    this.#isLoading = true
    this.#earlier.setAttribute('aria-disabled', 'true')
    try {
      this.#said.textContent = this.texts.earlierShown((await load()).length)
    } catch {
      // The connection notice already says why; the button stays.
    } finally {
      this.#isLoading = false
      this.#earlier.removeAttribute('aria-disabled')
    }
  }
}
