import type { CustomerTicket } from '../../shared/contract'
import type { PendingLetter } from '../../shared/courier'
import type { ChatState } from '../chatState'
import type { Texts } from '../texts'
import type { TicketKind } from '../ticketForm'
import { serviceTime_ms } from '../serviceTime'
import { el } from './dom'
import { cardHead, factList, moment, shortFacts, unsentCard, type Facts, type UnsentActions } from './ticketCard'

export interface TicketListActions extends UnsentActions {
  /** Answers whether the service told how the tickets stand. */
  refresh: () => Promise<boolean>
  openForm: (kind: TicketKind) => void
}

/** 我的工单: open ones first, then the latest. */
export class TicketListView {
  readonly element: HTMLElement
  readonly #note = el('div', { class: 'list-note', role: 'status' })
  readonly #list = el('ul', { class: 'tickets', testid: 'xq-tickets' })
  readonly #empty: HTMLElement
  readonly #leave: HTMLElement
  #shown = ''
  #wanted: number | null = null

  constructor(
    private readonly texts: Texts,
    private readonly actions: TicketListActions,
  ) {
    const { tickets } = texts
    const opens = (kind: TicketKind): HTMLElement => el('button', { type: 'button', testid: `xq-tickets-${kind}`, on: { click: () => { actions.openForm(kind) } } }, tickets.kinds[kind])
    this.#empty = el('p', { class: 'empty', hidden: true, testid: 'xq-tickets-empty' }, tickets.empty)
    this.#leave = el('div', { class: 'choices' }, opens('message'), opens('callback'))
    this.element = el('div', { class: 'ticket-list' }, this.#note, this.#list, this.#empty, this.#leave)
  }

  /** Brings it up to date and leads to the ticket of this number. */
  async show(wanted: number | null): Promise<void> {
    this.#wanted = wanted
    this.#shown = ''
    this.#note.replaceChildren(this.texts.tickets.loading)
    this.#say(await this.actions.refresh())
  }

  update({ tickets, pending }: Pick<ChatState, 'tickets' | 'pending'>): void {
    const unsent = pending.filter((letter) => letter.ticket !== undefined)
    const now_ms = serviceTime_ms()
    const known = inOrder(tickets ?? [])
    const said = JSON.stringify([known.map((one) => this.#facts(one, now_ms)), known, unsent, tickets === null])
    if (said === this.#shown) return
    this.#shown = said
    const focused = this.#list.querySelector<HTMLElement>('li:focus')?.dataset.number
    this.#list.replaceChildren(...unsent.map((letter) => this.#unsent(letter)), ...known.map((one) => this.#item(one, now_ms)))
    this.#empty.hidden = tickets === null || known.length + unsent.length > 0
    this.#leadTo(focused ?? (this.#wanted === null ? undefined : String(this.#wanted)))
  }

  #leadTo(number: string | undefined): void {
    const item = number === undefined ? null : this.#list.querySelector<HTMLElement>(`li[data-number="${number}"]`)
    if (item === null) return
    this.#wanted = null
    item.focus()
  }

  #say(isFresh: boolean): void {
    const { tickets, retryNow } = this.texts
    if (isFresh) this.#note.replaceChildren()
    else {
      const again = el('button', { type: 'button', testid: 'xq-tickets-retry', on: { click: () => void this.show(null) } }, retryNow)
      this.#note.replaceChildren(this.#list.childElementCount > 0 ? tickets.stale : tickets.unknown, again)
    }
  }

  #item(ticket: CustomerTicket, now_ms: number): HTMLElement {
    return el('li', { class: 'ticket', tabindex: -1, testid: 'xq-tickets-item', 'data-number': ticket.number, 'data-state': ticket.state }, cardHead(ticket, this.texts, 'h4'), factList(this.#facts(ticket, now_ms)))
  }

  #unsent(letter: PendingLetter): HTMLElement {
    return el('li', { class: 'holds-unsent' }, unsentCard(letter, this.texts, this.actions))
  }

  #facts(ticket: CustomerTicket, now_ms: number): Facts {
    const { facts } = this.texts.tickets
    const more: Facts = [
      [facts.text, ticket.text],
      [facts.phone, ticket.phone_masked],
      [facts.opened, moment(ticket.created_at_ms, now_ms, this.texts)],
    ]
    return [...shortFacts(ticket, this.texts, now_ms), ...more.filter(([, words]) => words !== '')]
  }
}

/** What is still to be done comes first, the latest first among equals. */
export function inOrder(tickets: readonly CustomerTicket[]): CustomerTicket[] {
  return [...tickets].sort((one, other) => Number(one.state === 'done') - Number(other.state === 'done') || other.number - one.number)
}
