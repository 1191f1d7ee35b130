import { shallowRef, type ShallowRef } from 'vue'
import type { AgentConversationSummary, AgentSays } from '../../shared/contract'
import type { AgentApi } from '../api'
import { Thread } from './thread'

export interface WatchingOptions {
  api: AgentApi
  agentId: string
  /** Who was only mentioned in a conversation reads it once and is sent no news of it. */
  mayFollow: () => boolean
  mayReveal: () => boolean
  send: (frame: AgentSays) => void
}

/** The conversation somebody else serves and a supervisor looks on at. The customer does not notice. */
export class Watching {
  readonly thread: ShallowRef<Thread | null> = shallowRef(null)

  constructor(private readonly options: WatchingOptions) {}

  start(conversation_id: string): void {
    this.stop()
    const thread = new Thread(unknown(conversation_id), this.options.api, this.options.agentId)
    thread.numbers.mayAsk = this.options.mayReveal()
    this.thread.value = thread
    this.follow()
    void thread.refresh()
  }

  stop(): void {
    const thread = this.thread.value
    if (thread === null) return
    this.options.send({ type: 'unwatch', conversation_id: thread.id })
    thread.stop()
    this.thread.value = null
  }

  /** Asks for it anew: every connection has to be told what is watched. */
  follow(): void {
    const thread = this.thread.value
    if (thread && this.options.mayFollow()) this.options.send({ type: 'watch', conversation_id: thread.id })
  }

  is(conversation_id: string): boolean {
    return this.thread.value?.id === conversation_id
  }

  /** Its thread, if the conversation is the one. */
  of(conversation_id: string): Thread | null {
    return this.is(conversation_id) ? this.thread.value : null
  }
}

/** A row of which nothing is known yet. */
export function unknown(id: string): AgentConversationSummary {
  return {
    id,
    state: 'active',
    channel: 'web',
    last_seq: 0,
    customer_name: '',
    last_text: '',
    last_message_at_ms: 0,
    last_sender: null,
    agent_read_seq: 0,
    unread: 0,
    agent: null,
    request_id: null,
    reason: null,
    priority: null,
    skill_group: null,
    claimed_at_ms: null,
    watchers: [],
  }
}
