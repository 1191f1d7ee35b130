import type { CustomerTicket, Message } from '../../shared/contract'
import type { PendingLetter } from '../../shared/courier'
import type { ChatState } from '../chatState'
import type { Texts } from '../texts'
import { offersComment } from '../comments'
import { clock, day, markButtons, markFeedback, markKeepPlace, markRead, messageRow, pendingRow, type BubbleActions } from './bubble'
import { CommentView } from './commentBox'
import { el } from './dom'
import { EndFollower } from './endFollower'
import { offerTaken, putCard, ticketOf, unsentCard, type TicketCardActions } from './ticketCard'

const SAME_BREATH_MS = 2 * 60_000
const SHOW_TIME_AFTER_MS = 10 * 60_000

/** The scrolling list of bubbles: rows are made once and kept, so a long conversation stays cheap. */
export class TranscriptView {
  readonly element: HTMLElement
  readonly #list = el('div', { class: 'rows' })
  readonly #pending = el('div', { class: 'rows' })
  readonly #typing = el('div', { class: 'typing', hidden: true, testid: 'xq-typing' })
  readonly #earlier: HTMLButtonElement
  readonly #jump: HTMLButtonElement
  readonly #scroller: HTMLElement
  readonly #end: EndFollower
  readonly #rows = new Map<number, HTMLElement>()
  /** By message id: a box keeps what was written in it when the rows are made again. */
  readonly #comments = new Map<string, CommentView>()
  #shown: readonly Message[] = []
  #pendingKey = ''
  #readSeq = 0
  #judged: ReadonlyMap<number, boolean> | null = null
  #judgedRows = 0
  #markedRows = 0
  #ratedByKey = false
  #tickets: readonly CustomerTicket[] | null = null
  #ticketRows = 0

  constructor(
    private readonly texts: Texts,
    private readonly actions: BubbleActions & TicketCardActions,
    private readonly toText: () => void,
    intro: HTMLElement,
    loadEarlier: () => Promise<unknown>,
  ) {
    this.#earlier = el('button', { type: 'button', class: 'earlier', hidden: true, on: { click: () => void this.#showEarlier(loadEarlier) } }, texts.loadEarlier)
    this.#jump = el('button', { type: 'button', class: 'jump', hidden: true, on: { click: () => { this.scrollToEnd(true) } } }, texts.newMessages)
    const log = el('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-label': texts.log }, this.#list, this.#pending)
    this.#scroller = el('div', { class: 'scroller', tabindex: 0, on: { click: (event) => { this.#onClick(event) } } }, this.#earlier, intro, log, this.#typing)
    this.#end = new EndFollower(this.#scroller, [log, this.#typing], () => { this.#jump.hidden = true })
    this.element = el('div', { class: 'transcript' }, this.#scroller, this.#jump)
  }

  update(state: ChatState): void {
    const grew = this.#showMessages(state.messages)
    const wrote = this.#showPending(state)
    this.#showTyping(state)
    this.#markUsedButtons(state)
    this.#markRead(state)
    this.#markFeedback(state)
    this.#showComments(state)
    this.#showTickets(state)
    this.#earlier.hidden = !state.hasEarlier
    if (wrote || (this.#end.isFollowing && this.element.isConnected)) this.scrollToEnd(false)
    else if (grew) this.#jump.hidden = false
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

  /** Answers whether messages came at the end. */
  #showMessages(messages: readonly Message[]): boolean {
    if (messages === this.#shown && messages.length === this.#rows.size) return false
    const first = messages[0]
    const known = first !== undefined && this.#rows.has(first.seq)
    const continuesAtEnd = this.#rows.size === 0 || known
    if (!continuesAtEnd) this.#rebuild(messages)
    const fresh = messages.filter((message) => !this.#rows.has(message.seq))
    const start = messages.length - fresh.length
    fresh.forEach((message, i) => {
      this.#append(message, messages[start + i - 1])
    })
    this.#shown = messages
    return fresh.length > 0
  }

  #append(message: Message, previous: Message | undefined): void {
    const gap_ms = message.created_at_ms - (previous?.created_at_ms ?? 0)
    if (gap_ms > SHOW_TIME_AFTER_MS) this.#list.append(this.#timeMark(message.created_at_ms))
    const continues = previous?.sender === message.sender && previous.sender_name === message.sender_name && gap_ms < SAME_BREATH_MS
    const row = messageRow(message, previous, continues, this.texts, this.actions)
    if (offersComment(message)) row.querySelector('.stack')?.append(this.#commentBox(message).element)
    this.#rows.set(message.seq, row)
    this.#list.append(row)
  }

  /** Earlier messages, or another conversation: the rows are made again. */
  #rebuild(messages: readonly Message[]): void {
    this.#rows.clear()
    this.#list.replaceChildren()
    messages.forEach((message, i) => {
      this.#append(message, messages[i - 1])
    })
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

  #markUsedButtons({ conversation, messages, pending, tickets }: ChatState): void {
    for (const message of messages) {
      if (message.buttons.length === 0) continue
      const row = this.#rows.get(message.seq)
      if (row === undefined) continue
      markButtons(row, chosenTitle(message, messages, pending) ?? offerTaken(message, tickets ?? [], pending))
      markKeepPlace(row, message, conversation?.state === 'queued')
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

  async #showEarlier(load: () => Promise<unknown>): Promise<void> {
    const fromEnd = this.#scroller.scrollHeight - this.#scroller.scrollTop
    this.#earlier.disabled = true
    try {
      await load()
      this.#scroller.scrollTop = this.#scroller.scrollHeight - fromEnd
    } catch {
      // The connection notice already says why; the button stays.
    } finally {
      this.#earlier.disabled = false
    }
  }

  #timeMark(at_ms: number): HTMLElement {
    const today = day(at_ms, Date.now(), this.texts)
    return el('div', { class: 'when' }, `${today} ${clock(at_ms, this.texts)}`)
  }
}

/** What was chosen of a message's buttons, read off the conversation itself so that it holds after a reload too. */
export function chosenTitle(
  message: Message,
  messages: readonly Message[],
  pending: readonly { text: string; after_seq: number }[],
): string | null {
  const titles = new Set(message.buttons.map((button) => button.title))
  const later = messages.find((one) => one.seq > message.seq && one.sender === 'customer' && titles.has(one.text))
  return later?.text ?? pending.find((one) => one.after_seq >= message.seq && titles.has(one.text))?.text ?? null
}
