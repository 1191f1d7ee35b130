import type { AgentTicket } from '../../shared/contract'
import type { MessageMark } from '../desk/marks'
import { texts } from '../texts'

/** Numbers of the customer's messages that are replies to the ticket, oldest first. */
export function replySeqs({ changes }: Pick<AgentTicket, 'changes'>): number[] {
  return changes.flatMap(({ kind, seq }) => (kind === 'replied' && seq != null ? [seq] : []))
}

/** Those that the owner has not read. */
export function unreadSeqs(ticket: Pick<AgentTicket, 'changes' | 'unread'>): number[] {
  return ticket.unread > 0 ? replySeqs(ticket).slice(-ticket.unread) : []
}

/** How replies are marked in the conversation; `fresh` ones are new to who looks. */
export function replyMarks(ticket: Pick<AgentTicket, 'changes'>, fresh: ReadonlySet<number>): Map<number, MessageMark> {
  return new Map(
    replySeqs(ticket).map((seq) => {
      const isFresh = fresh.has(seq)
      return [seq, { text: isFresh ? texts.tickets.newReply : texts.tickets.reply, fresh: isFresh }]
    }),
  )
}
