/**
 * The shapes that cross the wire between the pages and the handoff service.
 *
 * Taken from the service's own description (`openapi.ts`, written by `make api`) wherever it has the shape; what crosses the
 * WebSockets is written here. Times end in `_ms` (epoch milliseconds) or `_s`.
 */
import type { components } from './openapi'

type Schemas = components['schemas']

export type ConversationState = Schemas['ConversationState']
export type Sender = Schemas['Sender']
export type OutcomeKind = Schemas['OutcomeKind']
export type HandoffReason = Schemas['HandoffReason']
export type Priority = Schemas['Priority']
export type Presence = Schemas['Presence']
export type Role = Schemas['Role']

export type CannedReply = Schemas['CannedReply']

export type Wall = Schemas['Wall']

export type Button = Schemas['Button']

export type Link = Schemas['Link']

/** What a turn of the assistant came to. */
export interface Outcome {
  kind: OutcomeKind
  task?: string | null
  article_id?: string | null
  article_title?: string | null
  score?: number | null
  reason?: string | null
}

/** A file sent with a message. */
export type Attachment = Schemas['Attachment']

export interface Message {
  /** 1, 2, 3 … in its conversation, without gaps. */
  seq: number
  id: string
  sender: Sender
  sender_name: string | null
  text: string
  buttons: Button[]
  links: Link[]
  attachments?: Attachment[]
  outcome?: Outcome | null
  created_at_ms: number
}

export type QueuePlace = Schemas['QueueView']

export interface ConversationView {
  id: string
  state: ConversationState
  channel: string
  last_seq: number
  queue: QueuePlace | null
  agent: { name: string } | null
  /** The last message a person of the operator has seen. */
  agent_read_seq?: number
}

export interface ApiErrorBody {
  code: string
  message: string
  claimed_by?: string | { name?: string | null } | null
}

/** Answer to a stored message; `duplicate` when the same client_message_id had been stored before. */
export type Stored = Schemas['Stored']

// ---- customer ------------------------------------------------------------------------------------------

export type VisitorAnswer = Schemas['Visitor']

export interface MessagesPage {
  conversation: ConversationView
  messages: Message[]
  more: boolean
  /** Answers the customer judged: seq -> whether it helped. */
  feedback?: Record<string, boolean>
}

export type CustomerFrame =
  | { type: 'ready'; conversation: ConversationView }
  | { type: 'message'; message: Message }
  | { type: 'conversation'; conversation: ConversationView }
  | { type: 'typing'; sender: Sender }
  | { type: 'sent'; client_message_id: string; seq: number }
  | { type: 'error'; error: ApiErrorBody }
  | { type: 'pong' }

/** One delivery that a channel gave up. */
export interface DeadLetter {
  id: string
  conversation_id: string
  account: string
  texts: string[]
  why: string
  failed_at_ms: number
}

// ---- agent ---------------------------------------------------------------------------------------------

export type Agent = Schemas['Agent']

/** One transfer of a served conversation; for agents only. */
export type HandedOn = Schemas['HandedOn']

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
  name?: string | null
  confidence: number
}

export interface Entity {
  entity: string
  value?: unknown
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
  failed_turns?: number | null
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
  segment?: string | null
  vip?: boolean | null
  elderly?: boolean | null
}

/** What a channel with a reply limit (WeChat) still allows. */
export type ReplyQuota = Schemas['ReplyQuota']

/** What an agent writes to colleagues; stands after message `after_seq` and never reaches the customer. */
export interface Note {
  number: number
  after_seq: number
  at_ms: number
  kind: 'note' | 'help'
  agent_id: string
  agent_name: string
  text: string
  mentions: { id: string; name: string }[]
}

export interface Mention {
  conversation_id: string
  note: Note
}

/** What the knowledge base has for an agent; `available` is false while it does not answer. */
export type KnowledgeFound = Schemas['KnowledgeAnswer']

/** Earlier services by people for the same customer. */
export type Contacts = Schemas['ContactsAnswer']

export interface Colleague {
  id: string
  name: string
  presence: Presence
  role: Role
}

/** What an agent still has to do for a customer after the service. */
export interface FollowUp {
  request_id: string
  conversation_id: string
  customer_name: string
  what: string
  due_at_ms: number
  by_id: string
  by_name: string
}

/** How the last service by a person ended. */
export interface PreviousService {
  agent_name: string | null
  ended_at_ms: number | null
  disposition: string | null
  summary: string | null
  resolved: boolean | null
  satisfaction: number | null
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
  priority?: Priority | null
  reason?: HandoffReason | null
  skill_group?: string | null
  /** Null: the channel tells nothing of reading. */
  customer_read_seq?: number | null
  /** Supervisors who look on. */
  watchers?: string[]
  /** Null: the channel sets no limit. */
  reply_quota?: ReplyQuota | null
}

/** A conversation of the same customer, on another channel for instance. */
export type OtherConversation = Schemas['OtherConversation']

export interface AgentConversation extends ConversationView {
  customer: CustomerProfile | null
  request: HandoffRequest | null
  messages: Message[]
  understanding: Record<string, Turn>
  /** Answers the customer judged: seq -> whether it helped. */
  feedback?: Record<string, boolean>
  /** At most three lines: what the customer wants, what was tried, what is known. */
  summary: string[]
  notes?: Note[]
  previous?: PreviousService | null
  other_conversations?: OtherConversation[]
  reply_quota?: ReplyQuota | null
}

/** A knowledge article that a reply was taken from. */
export interface ArticleUse {
  article_id: string
  title: string
  /** The text was changed before it was sent. */
  edited: boolean
}

export type CustomerDetails = Schemas['CustomerDetails']
export type CustomerRecord = Schemas['CustomerRecord']

export type FeedbackStored = Schemas['FeedbackStored']

export type NamedChoice = Schemas['NamedChoice']

/** Chinese names of what has an id. */
export type ReferenceData = Schemas['ReferenceData']

export type AgentFrame =
  | { type: 'ready'; agent?: Agent }
  | { type: 'queue'; requests: RequestSummary[] }
  | { type: 'message'; conversation_id: string; message: Message; understanding?: Turn | null }
  | { type: 'conversation'; conversation: AgentConversationSummary }
  | { type: 'typing'; conversation_id: string; sender: Sender }
  | { type: 'notes'; conversation_id: string; notes: Note[] }
  | { type: 'mentions'; mentions: Mention[] }
  | { type: 'follow_ups'; follow_ups: FollowUp[] }
  | { type: 'conversation_removed'; conversation_id: string }
  | { type: 'error'; error: ApiErrorBody }
  | { type: 'pong' }
