import type { Texts } from '../zh'

/** Webhooks nobody took. */
export const webhooks: Pick<Texts, 'webhooks'> = {
  webhooks: {
    lead: 'Events that another system did not accept. Once it works again, resend them; the id stays the same, so nothing counts twice.',
    none: 'No failed events',
    noneHint: 'Events given up because a receiver was away for long stay here; nothing is lost.',
    events: { 'handoff.requested': 'Handoff requested', 'handoff.claimed': 'Handoff claimed', 'handoff.closed': 'Handoff closed' },
    to: (target) => `To ${target}`,
    happened: (time) => `Happened ${time}`,
    failed: (time) => `Given up ${time}`,
    why: (why) => `Reason: ${why}`,
    reasons: {
      ConnectError: 'no connection',
      ConnectTimeout: 'no connection',
      ReadTimeout: 'no answer in time',
      ReadError: 'connection lost',
      RemoteProtocolError: 'connection lost',
      WriteError: 'connection lost',
      timeout: 'no answer in time',
    },
    payload: 'Show content',
    payloadHint: 'The context of the conversation goes with it (see the integration guide).',
    conversation: (id) => `Conversation ${id}`,
    resend: 'Resend',
    resendAll: 'Resend all',
    resendAllAsk: (count) => `Resend all ${String(count)}?`,
    resent: 'Resent',
    resentAll: (count) => `${String(count)} resent`,
    count: (count) => `${String(count)} in all`,
  },
}
