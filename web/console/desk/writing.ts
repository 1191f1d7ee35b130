import type { Revealed, RevealReason, Stored } from '../../shared/contract'

/** Another way to the customer than serving the conversation, with drafts and unsent replies of its own. */
export interface Writing {
  drawer: string
  deliver: (text: string, client_message_id: string) => Promise<Stored>
  reveal: (reason: RevealReason) => Promise<Revealed>
}
