import type { Agent, Message, RequestSummary } from '../../shared/contract'
import type { RawSocket } from '../../shared/liveSocket'
import type { AgentApi } from '../api'
import type { Thread } from './thread'

/** What the desk tells whoever shows it. */
export interface DeskEvents {
  problem: (text: string) => void
  lostRace: (winner: string | null, text: string) => void
  /** A conversation is not mine any more; `servedBy` serves it now, if somebody does. */
  removed: (thread: Thread, servedBy: string | null) => void
  newRequest: (request: RequestSummary) => void
  newMessage: (thread: Thread, message: Message) => void
  /** Customers wrote while there was no connection. */
  missed: (threads: readonly Thread[]) => void
  /** A conversation came without my claiming it here: handed to me by `from`, else given to me by the service. */
  assigned: (thread: Thread, from: string | null) => void
}

export interface DeskOptions {
  api: AgentApi
  /** The present one: it changes while the desk is at work. */
  token: () => string
  agent: Agent
  events: DeskEvents
  createSocket?: (url: string) => RawSocket
}
