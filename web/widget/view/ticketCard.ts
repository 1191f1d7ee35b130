import type { CustomerTicket, Message } from '../../shared/contract'
import type { PendingLetter } from '../../shared/courier'
import type { Texts } from '../texts'
import { serviceTime_ms } from '../serviceTime'
import { offeredKind } from '../ticketForm'
import { clock, day } from './bubble'
import { el, icon, ICONS } from './dom'

export interface TicketCardActions {
  /** Opens the list of tickets at this one. */
  showTicket: (number: number) => void
  /** Puts a ticket that was not taken back into the form. */
  mendTicket: (letter: PendingLetter) => void
}

export type UnsentActions = Pick<TicketCardActions, 'mendTicket'> & Record<'retry' | 'discard', (client_message_id: string) => void>

/** The message that told of a ticket was written in the same step, so it bears the same time. */
export function ticketOf(message: Message, tickets: readonly CustomerTicket[]): CustomerTicket | undefined {
  return message.sender === 'system' ? tickets.find((one) => one.created_at_ms === message.created_at_ms) : undefined
}

/** The payload of the offer of a message that was taken by leaving a ticket after it. */
export function offerTaken(message: Message, tickets: readonly CustomerTicket[], pending: readonly PendingLetter[]): string | undefined {
  const kinds = [
    ...tickets.filter((one) => one.created_at_ms > message.created_at_ms).map((one) => one.kind),
    ...pending.flatMap(({ ticket, after_seq }) => (ticket && after_seq >= message.seq ? [ticket.kind] : [])),
  ]
  return message.buttons.find(({ payload }) => kinds.some((kind) => kind === offeredKind(payload)))?.payload
}

/** Shows under the message that told of it how a ticket stands now; its button stays the same, for who has the focus on it. */
export function putCard(row: HTMLElement, ticket: CustomerTicket, texts: Texts, actions: TicketCardActions): void {
  const facts = shortFacts(ticket, texts, serviceTime_ms())
  const said = JSON.stringify([ticket.state, facts])
  const card = row.querySelector<HTMLElement>('.ticket') ?? emptyCard(row, ticket.number, texts, actions)
  if (card.dataset.facts === said) return
  card.dataset.facts = said
  card.dataset.state = ticket.state
  while (card.childElementCount > 1) card.firstElementChild?.remove()
  card.prepend(cardHead(ticket, texts), factList(facts))
}

function emptyCard(row: HTMLElement, number: number, texts: Texts, actions: TicketCardActions): HTMLElement {
  const look = el('button', { type: 'button', class: 'look', testid: 'xq-ticket-look', on: { click: () => { actions.showTicket(number) } } }, texts.tickets.look)
  const card = el('div', { class: 'ticket', testid: 'xq-ticket', 'data-number': number }, look)
  row.querySelector('.stack')?.append(card)
  return card
}

/** A ticket that is still to be sent, or was refused. */
export function unsentCard({ client_message_id: id, ticket, status, error }: PendingLetter, texts: Texts, actions: UnsentActions): HTMLElement {
  const { tickets } = texts
  const isRefused = status === 'failed'
  const letter = { client_message_id: id, ticket, status, error } as PendingLetter
  const button = (label: string, testid: string, act: () => void): HTMLElement => el('button', { type: 'button', testid, on: { click: act } }, label)
  return el(
    'div',
    { class: 'ticket unsent', testid: 'xq-ticket', 'data-state': status },
    el('div', { class: 'ticket-head' }, kindIcon(ticket?.kind), el('b', {}, tickets.kindTags[ticket?.kind ?? 'message']), el('span', { class: `tag ${status}`, testid: 'xq-ticket-state' }, tickets.unsent[status])),
    ticket?.text ? el('div', { class: 'said' }, ticket.text) : null,
    isRefused && el('div', { class: 'reason', role: 'alert' }, tickets.refused(error ?? '')),
    isRefused &&
      el(
        'div',
        { class: 'ticket-actions' },
        button(tickets.mend, 'xq-ticket-mend', () => { actions.mendTicket(letter) }),
        button(texts.retry, 'xq-ticket-retry', () => { actions.retry(id) }),
        button(texts.discard, 'xq-ticket-discard', () => { actions.discard(id) }),
      ),
  )
}

export function cardHead(ticket: CustomerTicket, texts: Texts, tag: 'b' | 'h4' = 'b'): HTMLElement {
  const { number, kindTags, states } = texts.tickets
  const title = el(tag, {}, number(ticket.number), ' · ', kindTags[ticket.kind])
  return el('div', { class: 'ticket-head' }, kindIcon(ticket.kind), title, el('span', { class: `tag ${ticket.state}`, testid: 'xq-ticket-state' }, states[ticket.state]))
}

/** Labels and words, in the order they are shown. */
export type Facts = readonly (readonly [label: string, words: string])[]

/** Who, and by when; of one that is done, what came of it. */
export function shortFacts(ticket: CustomerTicket, texts: Texts, now_ms: number): Facts {
  const { facts, nobody, owner, noResult } = texts.tickets
  const who: Facts = [[facts.owner, ticket.owner_name ? owner(ticket.owner_name) : nobody]]
  if (ticket.state === 'done') return [...(ticket.owner_name ? who : []), [facts.result, ticket.result || noResult]]
  return [...who, [facts.due, dueWords(ticket.due_at_ms, now_ms, texts)]]
}

export function factList(facts: Facts): HTMLElement {
  return el('dl', {}, ...facts.map(([label, words]) => el('div', {}, el('dt', {}, label), el('dd', {}, words))))
}

/** By when, as people say it: 今天 18:00 前. */
export function dueWords(due_at_ms: number, now_ms: number, texts: Texts): string {
  const when = moment(due_at_ms, now_ms, texts)
  return due_at_ms < now_ms ? texts.tickets.overdue(when) : texts.tickets.due(when)
}

export function moment(at_ms: number, now_ms: number, texts: Texts): string {
  return `${day(at_ms, now_ms, texts)} ${clock(at_ms, texts)}`
}

function kindIcon(kind: CustomerTicket['kind'] | undefined): SVGElement {
  return icon(...(kind === 'callback' ? ICONS.phone : ICONS.document))
}
