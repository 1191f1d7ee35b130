import type { ChatClient } from './chatClient'
import { write, type KeyValue } from './session'
import type { Texts } from './texts'
import type { TicketDesk } from './ticketDesk'
import type { ChatViewActions } from './view/chatView'

/** What has nothing to do with the conversation: window, preferences, pictures. */
export type WindowActions = Pick<ChatViewActions, 'open' | 'close' | 'prefer' | 'showPicture'>

/** Where the half-written text is kept. */
export interface Draft {
  storage: KeyValue
  key: string
}

/** What the customer does in the view, done to the conversation. */
export function viewActions(client: ChatClient, tickets: TicketDesk, draft: Draft, texts: Texts, window: WindowActions): ChatViewActions {
  return {
    ...window,
    tickets,
    send: (text, enclosed) => {
      client.send(text, enclosed)
    },
    upload: (file) => client.upload(file),
    keepFile: (file) => client.outbox.files.keep(file),
    forgetFile: (file) => {
      client.outbox.files.drop([file])
    },
    fileUrl: (id) => client.fileUrl(id),
    press: ({ id }, title, payload) => {
      client.send(title, { payload, offer: id })
    },
    transfer: () => {
      client.send(texts.transferText)
    },
    retry: (id) => {
      client.outbox.retry(id)
    },
    discard: (id) => {
      client.outbox.discard(id)
    },
    typing: () => {
      client.tellTyping()
    },
    draft: (text) => {
      write(draft.storage, draft.key, text === '' ? null : text)
    },
    judge: (seq, helpful) => client.judge(seq, helpful),
    comment: (offer, text) => {
      if (text === null) client.comments.skip(offer)
      else client.comments.say(offer, text)
    },
    leaveQueue: () => client.leaveQueue(),
    loadEarlier: () => client.loadEarlier(),
    hurry: () => {
      client.hurry()
    },
  }
}
