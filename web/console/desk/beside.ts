import type { Ref } from 'vue'
import type { Agent, AgentSays } from '../../shared/contract'
import type { AgentApi } from '../api'
import { OpenTicket } from './openTicket'
import type { Thread } from './thread'
import { Watching } from './watching'

const SUPERVISORS: readonly string[] = ['supervisor', 'administrator'] satisfies Agent['role'][]

/** Conversations that the stream carries although they are not mine to serve. */
export class Beside {
  readonly watching: Watching
  readonly ticket: OpenTicket

  constructor(api: AgentApi, me: Readonly<Ref<Agent>>, send: (frame: AgentSays) => void) {
    this.watching = new Watching({
      api,
      agentId: me.value.id,
      mayFollow: () => me.value.role !== 'agent',
      mayReveal: () => SUPERVISORS.includes(me.value.role),
      send,
    })
    this.ticket = new OpenTicket(send)
  }

  /** Every connection has to be told. */
  follow(): void {
    this.watching.follow()
    this.ticket.follow()
  }

  /** Where the conversation is shown. */
  threads(conversation_id: string): Thread[] {
    return [this.watching.of(conversation_id), this.ticket.of(conversation_id)].filter((thread) => thread !== null)
  }
}
