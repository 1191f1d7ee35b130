import type { Texts } from '../zh'

/** Webhooks nobody took. */
export const webhooks: Pick<Texts, 'webhooks'> = {
  webhooks: {
    lead: 'Events that another system did not take. Once it is mended, send them again, under the same id: nothing counts twice.',
    none: 'Nothing undelivered',
    noneHint: 'What is given up while a receiver is away stays here and is not lost.',
    events: {},
    to: (target) => `To ${target}`,
    happened: (time) => `Happened ${time}`,
    failed: (time) => `Given up ${time}`,
    why: (why) => `Why: ${why}`,
    payload: 'Show content',
    payloadHint: 'The context of the conversation goes with it (see the integration guide).',
    conversation: (id) => `Conversation ${id}`,
    resend: 'Resend',
    resendAll: 'Resend all',
    resendAllAsk: (count) => `Resend all ${String(count)}?`,
    resent: 'Sent again',
    resentAll: (count) => `${String(count)} sent again`,
    count: (count) => `${String(count)} in all`,
  },
}
