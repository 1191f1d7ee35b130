/**
 * The shapes that cross the wire between the pages and the handoff service.
 *
 * docs/architecture.md is the binding description; times end in `_ms` (epoch milliseconds) or `_s`.
 */

export type ConversationState = 'bot' | 'queued' | 'active' | 'closed'
export type Sender = 'customer' | 'bot' | 'agent' | 'system'
export type OutcomeKind = 'task' | 'answer' | 'clarification' | 'rephrase' | 'smalltalk' | 'handoff' | 'failure'
export type HandoffReason =
  | 'customer_request'
  | 'complaint'
  | 'abuse'
  | 'repeated_failure'
  | 'system_failure'
  | 'human_only'
  | 'assistant_unavailable'
export type Priority = 'normal' | 'high' | 'urgent'
export type Presence = 'online' | 'break' | 'offline'
export type Role = 'agent' | 'supervisor' | 'administrator'

export interface Button {
  title: string
  payload: string
}

export interface Link {
  title: string
  url: string
}

/** What a turn of the assistant came to. */
export interface Outcome {
  kind: OutcomeKind
  task?: string | null
  article_id?: string | null
  article_title?: string | null
  score?: number | null
  reason?: HandoffReason | null
}

export interface Message {
  /** 1, 2, 3 … in its conversation, without gaps. */
  seq: number
  id: string
  sender: Sender
  sender_name: string | null
  text: string
  buttons: Button[]
  links: Link[]
  outcome: Outcome | null
  created_at_ms: number
}

export interface QueuePlace {
  position: number
  estimated_wait_s: number | null
  agents_online: number
}

export interface ConversationView {
  id: string
  state: ConversationState
  channel: string
  last_seq: number
  queue: QueuePlace | null
  agent: { name: string } | null
}

export interface ApiErrorBody {
  code: string
  message: string
  claimed_by?: string | { name?: string | null } | null
}

/** Answer to a stored message; `duplicate` when the same client_message_id had been stored before. */
export interface Stored {
  seq: number
  duplicate: boolean
}

// ---- customer ------------------------------------------------------------------------------------------

export interface VisitorAnswer {
  visitor_token: string
  conversation: ConversationView
  customer: { name: string; phone_masked: string } | null
}

export interface MessagesPage {
  conversation: ConversationView
  messages: Message[]
  more: boolean
}

export type CustomerFrame =
  | { type: 'ready'; conversation: ConversationView }
  | { type: 'message'; message: Message }
  | { type: 'conversation'; conversation: ConversationView }
  | { type: 'typing'; sender: Sender }
  | { type: 'sent'; client_message_id: string; seq: number }
  | { type: 'error'; error: ApiErrorBody }
  | { type: 'pong' }

// ---- agent ---------------------------------------------------------------------------------------------

export interface Agent {
  id: string
  username: string
  name: string
  role: Role
  skill_groups: string[]
  presence: Presence
  capacity: number
  active: number
}

/** One transfer of a served conversation; for agents only. */
export interface HandedOn {
  from_agent: string
  to: string
  why: string
  at_ms: number
}

export interface RequestSummary {
  id: string
  conversation_id: string
  reason: HandoffReason
  priority: Priority
  skill_group: string
  customer_name: string | null
  channel: string
  last_text: string
  requested_at_ms: number
  waited_s: number
  /** How it came back into the queue. */
  transfer?: HandedOn | null
  /** The agent who asks served this customer a short while ago. */
  preferred?: boolean
}

export interface RankedIntent {
  name: string
  confidence: number
}

export interface Entity {
  entity: string
  value: unknown
  start?: number | null
  end?: number | null
}

export interface TriedArticle {
  article_id: string
  title: string
  score: number
}

/** What the assistant understood from one customer message, and what it did. */
export interface Turn {
  seq?: number
  turn_seq?: number
  outcome?: Outcome | null
  intent?: string | null
  confidence?: number | null
  intent_ranking?: RankedIntent[]
  entities?: Entity[]
  articles?: TriedArticle[]
  failed_turns?: number
}

export interface HandoffContext extends Turn {
  slots?: Record<string, unknown>
  recent_turns?: Turn[]
}

export interface HandoffRequest {
  id?: string
  request_id?: string
  reason: HandoffReason
  skill_group: string
  priority: Priority
  sentiment?: string | null
  requested_at_ms?: number
  claimed_at_ms?: number | null
  /** Oldest first. */
  transfers?: HandedOn[]
  context?: HandoffContext
}

export interface CustomerProfile {
  id?: string | null
  name?: string | null
  phone_masked?: string | null
  region?: string | null
  plan?: string | null
  segment?: 'prepaid' | 'postpaid' | null
  vip?: boolean | null
  elderly?: boolean | null
}

/** What a channel with a reply limit (WeChat) still allows. */
export interface ReplyQuota {
  /** Replies that may still go out; the customer's next message opens the window anew. */
  left: number
  window_ends_at_ms: number | null
  /** Numbers of messages that wait until the customer writes; nothing is lost. */
  held: number[]
}

export interface AgentConversationSummary {
  id: string
  state: ConversationState
  channel: string
  last_seq: number
  customer_name?: string | null
  customer?: CustomerProfile | null
  last_text?: string | null
  last_sender?: Sender | null
  last_message_at_ms?: number | null
  priority?: Priority
  reason?: HandoffReason
  skill_group?: string
  /** Null: the channel sets no limit. */
  reply_quota?: ReplyQuota | null
}

/** A conversation of the same customer, on another channel for instance. */
export interface OtherConversation {
  id: string
  channel: string
  state: ConversationState
  last_text: string
  last_message_at_ms: number
}

export interface AgentConversation extends ConversationView {
  customer: CustomerProfile | null
  request: HandoffRequest | null
  messages: Message[]
  understanding: Record<string, Turn>
  /** At most three lines: what the customer wants, what was tried, what is known. */
  summary: string[]
  other_conversations?: OtherConversation[]
  reply_quota?: ReplyQuota | null
}

export interface NamedChoice {
  id: string
  name: string
}

/** Chinese names of what has an id. */
export interface ReferenceData {
  skill_groups: NamedChoice[]
  dispositions: NamedChoice[]
  tasks: NamedChoice[]
  reasons: NamedChoice[]
}

export type AgentFrame =
  | { type: 'ready'; agent?: Agent }
  | { type: 'queue'; requests: RequestSummary[] }
  | { type: 'message'; conversation_id: string; message: Message; understanding?: Turn | null }
  | { type: 'conversation'; conversation: AgentConversationSummary }
  | { type: 'typing'; conversation_id: string; sender: Sender }
  | { type: 'conversation_removed'; conversation_id: string }
  | { type: 'error'; error: ApiErrorBody }
  | { type: 'pong' }
