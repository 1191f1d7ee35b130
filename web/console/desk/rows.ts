import type { AgentConversation, AgentConversationSummary, Colleague, Message, RequestSummary } from '../../shared/contract'
import type { ApiError } from '../../shared/http'

/** The part of a row that only grows newer. */
export function lastOf(
  row: AgentConversationSummary,
): Pick<AgentConversationSummary, 'last_seq' | 'last_text' | 'last_sender' | 'last_message_at_ms'> {
  const { last_seq, last_text, last_sender, last_message_at_ms } = row
  return { last_seq, last_text, last_sender, last_message_at_ms }
}

/** The row of a conversation that was claimed just now. */
export function summaryOf(whole: AgentConversation, request: RequestSummary): AgentConversationSummary {
  const last = whole.messages.at(-1)
  return {
    id: whole.id,
    state: whole.state,
    channel: whole.channel,
    last_seq: whole.last_seq,
    customer_name: request.customer_name,
    last_text: last?.text ?? '',
    last_sender: last?.sender ?? null,
    last_message_at_ms: last?.created_at_ms ?? 0,
    agent_read_seq: whole.agent_read_seq,
    unread: whole.messages.filter(({ sender, seq }) => sender === 'customer' && seq > whole.agent_read_seq).length,
    agent: whole.agent?.name ?? null,
    request_id: request.id,
    reason: request.reason,
    priority: request.priority,
    skill_group: request.skill_group,
    claimed_at_ms: whole.request?.claimed_at_ms ?? null,
    watchers: [],
  }
}

/** Since when the customer has been waiting for a reply; null if the last word is not theirs. */
export function unansweredSince(messages: readonly Message[]): number | null {
  let since: number | null = null
  for (const message of [...messages].reverse()) {
    if (message.sender === 'agent') break
    if (message.sender === 'customer') since = message.created_at_ms
    // What was said before the agent came is not a reply they owe.
    if (message.sender === 'system') return since ?? message.created_at_ms
  }
  return since
}

/** Whether a conversation can be handed to them now. */
export function hasRoom(one: Colleague): boolean {
  return one.presence === 'online' && one.active < one.capacity
}

/** Who was quicker, as the service names them. */
export function winnerOf(error: ApiError): string | null {
  const winner = error.body.claimed_by
  return (typeof winner === 'string' ? winner : winner?.name) ?? null
}
