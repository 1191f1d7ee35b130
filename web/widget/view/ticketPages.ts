import type { PendingLetter } from '../../shared/courier'
import type { ChatState } from '../chatState'
import type { Texts } from '../texts'
import type { TicketDesk } from '../ticketDesk'
import { formOf, type TicketForm, type TicketKind } from '../ticketForm'
import { el, icon, ICONS } from './dom'
import { SheetView } from './sheet'
import { TicketFormView } from './ticketForm'
import { TicketListView } from './ticketList'

export interface TicketPagesActions {
  retry: (client_message_id: string) => void
  discard: (client_message_id: string) => void
  /** Back in the conversation: whoever had the focus before gets it, if it still can. */
  backToTalk: (opener: HTMLElement | null) => void
}

/** The two pages over the conversation: the form that opens a ticket, and the list of the customer's tickets. */
export class TicketPages {
  readonly element: HTMLElement
  readonly #texts: Texts
  readonly #desk: TicketDesk
  readonly #sheet: SheetView
  readonly #form: TicketFormView
  readonly #list: TicketListView
  #page: 'form' | 'list' = 'form'
  #state: ChatState | null = null

  constructor(texts: Texts, desk: TicketDesk, beneath: HTMLElement, actions: TicketPagesActions) {
    this.#texts = texts
    this.#desk = desk
    this.#sheet = new SheetView(texts, beneath, (opener) => {
      desk.putAway()
      actions.backToTalk(opener)
    })
    this.#form = new TicketFormView(texts, {
      keep: (form) => {
        desk.keep(form)
      },
      submit: (wish) => {
        desk.leave(wish)
        this.#sheet.close(true)
      },
      titleChanged: (title) => {
        this.#sheet.setTitle(title)
      },
    })
    this.#list = new TicketListView(texts, {
      refresh: () => desk.refresh(),
      openForm: (kind) => {
        this.openForm(kind, null)
      },
      mendTicket: (letter) => {
        this.mend(letter, actions.discard)
      },
      retry: actions.retry,
      discard: actions.discard,
    })
    this.element = this.#sheet.element
  }

  get isOpen(): boolean {
    return this.#sheet.isOpen
  }

  /** The menu's ways in. */
  menuEntries(opener: HTMLElement): HTMLElement[] {
    const { menu, mine } = this.#texts.tickets
    const entry = (label: string, testid: string, iconPaths: readonly string[], open: () => void): HTMLElement =>
      el('button', { type: 'button', class: 'entry', testid, on: { click: open } }, icon(...iconPaths), label)
    return [
      entry(menu, 'xq-menu-form', ICONS.phone, () => { this.openForm(null, opener) }),
      entry(mine, 'xq-menu-tickets', ICONS.document, () => { this.openList(null, opener) }),
    ]
  }

  /** Without a kind, what was half filled in goes on. */
  openForm(kind: TicketKind | null, opener: HTMLElement | null): void {
    this.#showForm(this.#desk.form(kind), null, opener)
  }

  /** A ticket that the service refused goes back into the form. */
  mend({ ticket, error, client_message_id }: PendingLetter, discard: (id: string) => void): void {
    if (ticket === undefined) return
    const form = formOf(ticket)
    this.#desk.keep(form)
    discard(client_message_id)
    this.#showForm(form, error, null)
  }

  /** Opens the list, at the ticket of this number. */
  openList(number: number | null, opener: HTMLElement | null): void {
    this.#page = 'list'
    this.#sheet.open(this.#texts.tickets.mine, this.#list.element, opener)
    this.#sheet.focus()
    void this.#list.show(number)
    this.#update()
  }

  /** What was open when the page was left. */
  restore(): void {
    if (this.#desk.wasOpen) this.#showForm(this.#desk.form(null), null, null)
  }

  close(): void {
    this.#sheet.close()
  }

  focus(): void {
    // Into the first field at once, but not where that would bring up a keyboard over half of the screen.
    if (this.#page === 'list' || matchMedia('(pointer: coarse)').matches) this.#sheet.focus()
    else this.#form.focus()
  }

  update(state: ChatState): void {
    this.#state = state
    if (this.isOpen) this.#update()
  }

  #showForm(form: TicketForm, refused: string | null, opener: HTMLElement | null): void {
    this.#page = 'form'
    this.#sheet.open('', this.#form.element, opener)
    this.#form.show(form, refused)
    this.#update()
    this.focus()
  }

  #update(): void {
    if (this.#state === null) return
    if (this.#page === 'form') this.#form.update(this.#state)
    else this.#list.update(this.#state)
  }
}
