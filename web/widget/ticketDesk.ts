import type { TicketWish } from '../shared/contract'
import { claimsOf, read, storagePrefix, write, type KeyValue } from './session'
import { emptyForm, parseForm, type TicketForm, type TicketKind } from './ticketForm'

export interface TicketDeskOptions {
  server: string
  identityToken: string | null
  /** Lives as long as the tab: a phone number is not left behind on somebody else's computer. */
  storage: KeyValue
  leave: (wish: TicketWish) => void
  refresh: () => Promise<boolean>
}

/** What the customer can do about tickets, and what they had half filled in. */
export class TicketDesk {
  readonly #options: TicketDeskOptions
  readonly #key: string
  /** A half-filled form was on the screen when the page was left. */
  readonly wasOpen: boolean
  #form: TicketForm | null

  constructor(options: TicketDeskOptions) {
    this.#options = options
    this.#key = `${storagePrefix(options.server, options.identityToken)}:ticket`
    const kept = read(options.storage, this.#key)
    this.#form = parseForm(kept)
    this.wasOpen = this.#form !== null && (JSON.parse(kept ?? '') as { open?: boolean }).open === true
  }

  /** The form to go on with, on the screen now; or a new one with what is known of the customer. */
  form(kind: TicketKind | null): TicketForm {
    if (this.#form === null) return emptyForm(kind ?? 'message', claimsOf(this.#options.identityToken))
    this.keep(kind === null ? this.#form : { ...this.#form, kind })
    return this.#form
  }

  /** Remembers what is filled in, across a reload too; `open`: it is on the screen. */
  keep(form: TicketForm | null, open = true): void {
    this.#form = form
    write(this.#options.storage, this.#key, form && JSON.stringify({ ...form, open }))
  }

  /** The form is put away, not thrown away. */
  putAway(): void {
    this.keep(this.#form, false)
  }

  leave(wish: TicketWish): void {
    this.keep(null)
    this.#options.leave(wish)
  }

  /** Asks how the tickets stand; answers whether the service told it. */
  refresh(): Promise<boolean> {
    return this.#options.refresh()
  }
}
