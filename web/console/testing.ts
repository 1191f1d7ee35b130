import type { AgentConversation, AgentConversationSummary, HandoffContext, HandoffRequest, RequestSummary, Turn } from '../shared/contract'

/** What tests of several modules of the console need: the service's shapes, with what a test does not care about filled in. */

export function conversation(more: Partial<AgentConversation> = {}): AgentConversation {
  return {
    id: 'c',
    state: 'active',
    channel: 'web',
    last_seq: more.messages?.at(-1)?.seq ?? 0,
    queue: null,
    agent: null,
    agent_read_seq: 0,
    customer_read_seq: 0,
    customer: null,
    reply_quota: null,
    other_conversations: [],
    request: null,
    summary: [],
    previous: null,
    notes: [],
    messages: [],
    earlier_missing: false,
    feedback: {},
    understanding: {},
    ...more,
  }
}

export function row(id: string, more: Partial<AgentConversationSummary> = {}): AgentConversationSummary {
  return {
    id,
    state: 'active',
    channel: 'web',
    last_seq: 0,
    customer_name: '林晓梅',
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
    ...more,
  }
}

/** A customer who has been waiting for half a minute. */
export function waiting(id: string, more: Partial<RequestSummary> = {}): RequestSummary {
  return {
    id,
    conversation_id: `c-${id}`,
    reason: 'complaint',
    priority: 'normal',
    priority_reasons: [],
    skill_group: 'bills',
    customer_name: '林晓梅',
    channel: 'web',
    last_text: '多扣了钱',
    requested_at_ms: Date.now() - 30_000,
    waited_s: 30,
    preferred: false,
    ...more,
  }
}

export function turn(more: Partial<Turn> = {}): Turn {
  return { intent_ranking: [], entities: [], articles: [], ...more }
}

export function context(more: Partial<HandoffContext> = {}): HandoffContext {
  return { intent_ranking: [], entities: [], slots: {}, articles: [], recent_turns: [], ...more }
}

export function handoffRequest(more: Partial<HandoffRequest> = {}): HandoffRequest {
  return {
    id: 'r',
    conversation_id: 'c',
    state: 'claimed',
    turn_seq: 1,
    reason: 'complaint',
    skill_group: 'bills',
    priority: 'normal',
    priority_reasons: [],
    context: context(),
    channel: 'web',
    customer_name: '',
    requested_at_ms: 0,
    transfers: [],
    given_articles: [],
    is_trimmed: false,
    ...more,
  }
}
