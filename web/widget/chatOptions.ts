import type { Message } from '../shared/contract'
import type { Fetch } from '../shared/http'
import type { RawSocket } from '../shared/liveSocket'
import type { KeyValue } from './session'

export interface ChatClientOptions {
  /** Ends with a slash. */
  server: string
  identityToken: string | null
  storage: KeyValue
  fetch: Fetch
  networkText: string
  /** Said of a message whose files the browser has lost. */
  fileGoneText: string
  onChange: () => void
  /** Messages that came while the page was open (not the history). */
  onArrival: (messages: readonly Message[]) => void
  /** How many messages of others the customer has not seen yet, when a conversation of an earlier visit is loaded. */
  onReturn: (unread: number) => void
  /** The identity token is refused: the host page should fetch a new one. */
  onIdentityRefused: () => void
  createSocket?: (url: string) => RawSocket
}
