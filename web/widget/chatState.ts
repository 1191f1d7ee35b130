import type { ConversationView, CustomerTicket, Message, Sender } from '../shared/contract'
import type { PendingLetter } from '../shared/courier'
import type { Comment } from './comments'

export type Connection = 'idle' | 'connecting' | 'online' | 'offline'

/** What the page is shown of the conversation. */
export interface ChatState {
  connection: Connection
  conversation: ConversationView | null
  messages: readonly Message[]
  pending: readonly PendingLetter[]
  hasEarlier: boolean
  /** Messages up to this one were there before the page was opened. */
  historySeq: number
  typing: Sender | null
  /** Answers the customer judged: whether they helped. */
  feedback: ReadonlyMap<number, boolean>
  /** Quick replies that were chosen: the payload, by the id of the message that offered it. */
  chosen: ReadonlyMap<string, string>
  /** What was added to scores, by the id of the message that offered it. */
  comments: ReadonlyMap<string, Comment>
  /** The customer's tickets, oldest first; null until the service told them. */
  tickets: readonly CustomerTicket[] | null
  /** The service knows the conversation of before no more; this is another one. */
  isRenewed: boolean
  /** What keeps the conversation from starting, in words for the customer. */
  problem: string | null
}
