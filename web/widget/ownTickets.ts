import type { CustomerTicket, Message, TicketWish } from '../shared/contract'
import type { Visitor } from './visitor'

const PATH = '/api/v1/conversation/tickets'
/** Whatever the service tells a customer of a ticket calls it so. */
const TICKET = '工单' // eslint-disable-line no-restricted-syntax -- The service says it in Chinese.

/** Whether a message may mean that a ticket was opened or stands otherwise than before. */
export function tellsOfTicket({ sender, text }: Pick<Message, 'sender' | 'text'>): boolean {
  return sender === 'system' && text.includes(TICKET)
}

/** The customer's own tickets as far as they are known here. */
export class OwnTickets {
  #known: readonly CustomerTicket[] | null = null
  #asking: Promise<boolean> | null = null
  #askAgain = false

  constructor(
    private readonly visitor: Pick<Visitor, 'call'>,
    private readonly onChange: () => void,
  ) {}

  /** Oldest first; null until the service told them. */
  get known(): readonly CustomerTicket[] | null {
    return this.#known
  }

  /** Opens one; the service keeps the first of an id, so that trying again opens no second. */
  async open(client_ticket_id: string, wish: TicketWish): Promise<void> {
    const opened = await this.visitor.call('post', PATH, { body: { ...wish, client_ticket_id } })
    // What is being fetched may not have it yet.
    this.#askAgain = true
    this.#known = [...(this.#known ?? []).filter((one) => one.number !== opened.number), opened]
    this.onChange()
  }

  /** Asks how they stand; answers whether the service told it. */
  refresh(): Promise<boolean> {
    this.#askAgain = true
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  forget(): void {
    this.#known = null
  }

  async #ask(): Promise<boolean> {
    try {
      while (this.#askAgain) {
        this.#askAgain = false
        const { tickets } = await this.visitor.call('get', PATH, {})
        // Set while this one was on its way: what it brought may be old already.
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition
        if (!this.#askAgain) this.#known = tickets
      }
      this.onChange()
      return true
    } catch {
      return false
    }
  }
}
