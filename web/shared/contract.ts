/**
 * The shapes that cross the wire between the pages and the handoff service, under the names the pages know them by.
 *
 * All are taken from the service's own description (`openapi.ts`, written by `make api`), the frames of the WebSockets
 * too. Times end in `_ms` (epoch milliseconds) or `_s`.
 */
import type { components } from './openapi'

type Schemas = components['schemas']

// ---- words ---------------------------------------------------------------------------------------------

export type ConversationState = Schemas['ConversationState']
export type Sender = Schemas['Sender']
export type OutcomeKind = Schemas['OutcomeKind']
export type HandoffReason = Schemas['HandoffReason']
export type Priority = Schemas['Priority']
export type PriorityReason = Schemas['PriorityReason']
export type Contact = Schemas['Contact']
export type Presence = Schemas['Presence']
export type Role = Schemas['Role']

// ---- messages ------------------------------------------------------------------------------------------

/** `seq` counts 1, 2, 3 … in its conversation, without gaps. */
export type Message = Schemas['Message']
export type Button = Schemas['Button']
export type Link = Schemas['Link']
export type Outcome = Schemas['Outcome']
export type Attachment = Schemas['Attachment']

/** Answer to a stored message; `duplicate` when the same client_message_id had been stored before. */
export type Stored = Schemas['Stored']

/** What went wrong; `claimed_by` when somebody else was quicker. */
export type ApiErrorBody = Schemas['ErrorDetail'] & { claimed_by?: string | { name?: string | null } | null }

// ---- customer ------------------------------------------------------------------------------------------

export type ConversationView = Schemas['ConversationView']
export type MessagesPage = Schemas['MessagesPage']
export type FeedbackStored = Schemas['FeedbackStored']
/** A ticket as its customer sees it. */
export type CustomerTicket = Schemas['CustomerTicket']
export type NewTicket = Schemas['NewTicket']
/** A ticket to be opened, before it has an id. */
export type TicketWish = Omit<NewTicket, 'client_ticket_id'>
/** What the service says over the stream, and what is said to it. */
export type CustomerFrame = Schemas['CustomerFrame']
export type CustomerSays = Schemas['CustomerSays']

// ---- agent ---------------------------------------------------------------------------------------------

export type Agent = Schemas['Agent']
export type Colleague = Schemas['Colleague']
export type AgentFrame = Schemas['AgentFrame']
export type AgentSays = Schemas['AgentSays']

/** One row of the queue. */
export type RequestSummary = Schemas['RequestSummary']
/** One row of my conversations; who wrote last is known to the page only. */
export type AgentConversationSummary = Schemas['AgentConversationSummary']
export type AgentConversation = Schemas['AgentConversation']
/** A conversation of the same customer, on another channel for instance. */
export type OtherConversation = Schemas['OtherConversation']
/** What a channel with a reply limit (WeChat) still allows. */
export type ReplyQuota = Schemas['ReplyQuota']

/** What the assistant understood of one customer message, and what it did. */
export type Turn = Schemas['Turn']
export type RankedIntent = Schemas['RankedIntent']
export type Entity = Schemas['FoundEntity']
export type TriedArticle = Schemas['RankedArticle']
export type HandoffContext = Schemas['HandoffContext']
export type HandoffRequest = Schemas['HandoffRequest']
/** One transfer of a served conversation; for agents only. */
export type HandedOn = Schemas['HandedOn']

export type CustomerProfile = Schemas['CustomerProfile']
export type CustomerDetails = Schemas['CustomerDetails']
export type RevealReason = Schemas['RevealReason']
export type Revealed = Schemas['RevealedConversation']
export type CustomerRecord = Schemas['CustomerRecord']
/** Earlier services by people for the same customer. */
export type Contacts = Schemas['ContactsAnswer']
/** How the last service by a person ended. */
export type PreviousService = Schemas['PreviousService']

/** What an agent writes to colleagues; stands after message `after_seq` and never reaches the customer. */
export type Note = Schemas['Note']
export type Mention = Schemas['Mention']
/** What an agent still has to do for a customer after the service. */
export type FollowUp = Schemas['FollowUp']

/** What the knowledge base has for an agent; `available` is false while it does not answer. */
export type KnowledgeFound = Schemas['KnowledgeAnswer']
/** A knowledge article that a reply was taken from. */
export type ArticleUse = Schemas['ArticleUse']

export type CannedReply = Schemas['CannedReply']

/** A ticket as agents see it; the whole number only for its owner. */
export type AgentTicket = Schemas['AgentTicket']
export type RevealedTicket = Schemas['RevealedTicket']
export type TicketCounts = Schemas['TicketCounts']

// ---- supervision ---------------------------------------------------------------------------------------

export type Wall = Schemas['Wall']
export type RatedService = Schemas['RatedServiceRow']
/** One delivery that a channel gave up; described only where the channel is set up, so it is written here. */
export interface DeadLetter {
  id: string
  conversation_id: string
  account: string
  texts: string[]
  why: string
  failed_at_ms: number
}

export type NamedChoice = Schemas['NamedChoice']
/** Chinese names of what has an id. */
export type ReferenceData = Schemas['ReferenceData']
