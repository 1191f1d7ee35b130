import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { AgentTicket, RevealedTicket, RevealReason, Stored, TicketCounts } from '../../shared/contract'
import type { AgentApi, TransferTarget } from '../api'

/** The lists of the page: what nobody owns, what I own, what others have in hand, what is done. */
export const VIEWS = ['new', 'mine', 'in_progress', 'done'] as const
export type View = (typeof VIEWS)[number]

export interface CallResult {
  reached: boolean
  text: string
  again_at_ms?: number
}

/** The tickets as one agent works them. The service decides who may do what; a refusal is told by the caller. */
export class TicketBoard {
  readonly view: Ref<View> = ref('new')
  readonly group: Ref<string | null> = ref(null)
  /** Null until first read. */
  readonly tickets: ShallowRef<AgentTicket[] | null> = shallowRef(null)
  readonly counts: ShallowRef<TicketCounts | null> = shallowRef(null)
  readonly open: ShallowRef<AgentTicket | null> = shallowRef(null)
  readonly position: ComputedRef<number> = computed(() => this.tickets.value?.findIndex((one) => one.id === this.open.value?.id) ?? -1)
  #reading = 0

  constructor(private readonly api: AgentApi) {}

  async show(view: View): Promise<void> {
    this.view.value = view
    this.tickets.value = null
    this.open.value = null
    await this.refresh()
  }

  /** Reads the list, and the open ticket with it: somebody may have taken it. */
  async refresh(): Promise<void> {
    const reading = ++this.#reading
    const view = this.view.value
    const query: Record<string, string> = view === 'mine' ? { mine: 'true' } : { state: view }
    if (this.group.value !== null) query.skill_group = this.group.value
    const answer = await this.api.call('get', '/api/v1/agent/tickets', { query })
    if (reading !== this.#reading) return
    this.tickets.value = answer.tickets
    this.counts.value = answer.counts
    const { open } = this
    const listed = answer.tickets.find((one) => one.id === open.value?.id)
    if (listed) open.value = listed
    else if (open.value) await this.#reread(open.value.id)
  }

  choose(ticket: AgentTicket | null): void {
    this.open.value = ticket
  }

  /** The next (1) or previous (-1) one of the list. */
  step(by: 1 | -1): void {
    const all = this.tickets.value ?? []
    const next = all[this.position.value + (this.position.value < 0 && by < 0 ? all.length : by)]
    if (next) this.open.value = next
  }

  take(ticket: AgentTicket): Promise<AgentTicket> {
    return this.#move(this.api.call('post', '/api/v1/agent/tickets/{ticket_id}/take', { parameters: { ticket_id: ticket.id } }))
  }

  hand(ticket: AgentTicket, to: TransferTarget, reason: string): Promise<AgentTicket> {
    return this.#move(this.api.call('post', '/api/v1/agent/tickets/{ticket_id}/hand', { parameters: { ticket_id: ticket.id }, body: { ...to, reason } }))
  }

  noteCall(ticket: AgentTicket, { reached, text, again_at_ms = 0 }: CallResult, client_call_id: string): Promise<AgentTicket> {
    const body = { reached, text, again_at_ms, client_call_id }
    return this.#move(this.api.call('post', '/api/v1/agent/tickets/{ticket_id}/calls', { parameters: { ticket_id: ticket.id }, body }))
  }

  end(ticket: AgentTicket, result: string): Promise<AgentTicket> {
    return this.#move(this.api.call('post', '/api/v1/agent/tickets/{ticket_id}/done', { parameters: { ticket_id: ticket.id }, body: { result } }))
  }

  reopen(ticket: AgentTicket, reason: string): Promise<AgentTicket> {
    return this.#move(this.api.call('post', '/api/v1/agent/tickets/{ticket_id}/reopen', { parameters: { ticket_id: ticket.id }, body: { reason } }))
  }

  /** Whole numbers of the ticket and of its conversation, for its owner and supervisors. */
  reveal(ticket_id: string, reason: RevealReason): Promise<RevealedTicket> {
    return this.api.call('post', '/api/v1/agent/tickets/{ticket_id}/reveal', { parameters: { ticket_id }, body: { reason } })
  }

  async write(ticket_id: string, text: string, client_message_id: string): Promise<Stored> {
    return this.api.call('post', '/api/v1/agent/tickets/{ticket_id}/messages', { parameters: { ticket_id }, body: { text, client_message_id } })
  }

  /** The owner has seen what the customer replied. */
  async markRead(ticket: AgentTicket): Promise<void> {
    const read = await this.api.call('post', '/api/v1/agent/tickets/{ticket_id}/read', { parameters: { ticket_id: ticket.id } })
    if (this.open.value?.id === read.id) this.open.value = read
  }

  async #move(call: Promise<AgentTicket>): Promise<AgentTicket> {
    try {
      const moved = await call
      if (this.open.value?.id === moved.id) this.open.value = moved
      return moved
    } finally {
      // Also after a refusal: the list shows what was not true any more.
      await this.refresh().catch(() => undefined)
    }
  }

  async #reread(ticket_id: string): Promise<void> {
    try {
      const found = await this.api.call('get', '/api/v1/agent/tickets/{ticket_id}', { parameters: { ticket_id } })
      if (this.open.value?.id === ticket_id) this.open.value = found
    } catch {
      // Handed to a group that is not mine.
      if (this.open.value?.id === ticket_id) this.open.value = null
    }
  }
}
