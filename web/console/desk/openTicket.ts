import type { AgentSays } from '../../shared/contract'
import type { Thread } from './thread'

/** The ticket whose page is open: the stream carries its conversation, which may be nobody's or somebody else's to serve. */
export class OpenTicket {
  #open: { ticket_id: string; thread: Thread } | null = null

  constructor(private readonly send: (frame: AgentSays) => void) {}

  open(ticket_id: string, thread: Thread): void {
    this.close()
    this.#open = { ticket_id, thread }
    this.follow()
    void thread.refresh()
  }

  close(): void {
    if (this.#open === null) return
    const { ticket_id, thread } = this.#open
    this.send({ type: 'leave_ticket', ticket_id })
    thread.stop()
    this.#open = null
  }

  /** Asks for it anew: every connection has to be told. */
  follow(): void {
    if (this.#open) this.send({ type: 'follow_ticket', ticket_id: this.#open.ticket_id })
  }

  /** Its thread, if the conversation is the ticket's. */
  of(conversation_id: string): Thread | null {
    return this.#open?.thread.id === conversation_id ? this.#open.thread : null
  }
}
