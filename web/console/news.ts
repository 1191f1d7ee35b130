import type { MessageApi } from 'naive-ui'
import { computed, watch, type ComputedRef } from 'vue'
import { attract } from './alerts'
import type { Desk } from './desk/desk'
import type { DeskEvents } from './desk/events'
import type { AlertKind } from './preferences'
import { customerName, named, texts } from './texts'

export interface News {
  events: DeskEvents
  /** Unread messages over all conversations. */
  unread: ComputedRef<number>
  /** Begins to watch the desk, once it is there. */
  follow: () => void
}

/**
 * What the agent is told of while looking elsewhere: words on the page, sounds and notices, the title of the tab.
 *
 * `toDesk` shows the page with the conversations. The desk is asked for late, because it is made with these events.
 */
export function newsOf(desk: () => Desk, toast: MessageApi, toDesk: () => void): News {
  function tell(kind: AlertKind, words: string, conversation_id: string, open = (): void => undefined): void {
    attract(kind, words, desk().agent.value.presence, { about: conversation_id, open })
  }

  /** Mine is opened, somebody else's looked on at. */
  function look(conversation_id: string): void {
    toDesk()
    if (desk().threads.has(conversation_id)) desk().show(conversation_id)
    else desk().watch(conversation_id)
  }

  const events: DeskEvents = {
    problem: (text) => toast.error(text),
    lostRace: (winner, text) => toast.warning(winner ? texts.desk.lost(winner) : text),
    removed: (thread, servedBy) => toast.info(servedBy === null ? texts.desk.removed(thread.name) : texts.desk.servedBy(thread.name, servedBy)),
    newRequest: (request) => {
      const name = customerName(request.customer_name, request.conversation_id)
      tell('request', texts.desk.newRequest(name, named(texts.reasons, request.reason)), request.conversation_id, toDesk)
    },
    assigned: (thread, from) => {
      const words = from === null ? texts.desk.given(thread.name) : texts.desk.assigned(thread.name, from)
      toast.info(words)
      tell('assigned', words, thread.id, () => {
        look(thread.id)
      })
    },
    newMessage: (thread, message) => {
      if (thread.unread === 0) return
      tell('message', texts.labelled(thread.name, message.text), thread.id, () => {
        look(thread.id)
      })
    },
    missed: (threads) => {
      const first = threads.find((thread) => thread.unread > 0)
      if (first === undefined) return
      const names = texts.list(threads.map((thread) => thread.name))
      tell('message', texts.desk.missed(names), first.id, () => {
        look(first.id)
      })
    },
  }

  const unread = computed(() => [...desk().threads.values()].reduce((sum, thread) => sum + thread.unread, 0))

  function follow(): void {
    // The first list is the past, not news.
    let isMentionNews = false
    watch(desk().team.mentions, (after, before) => {
      const newest = after[0]
      const isNews = isMentionNews && newest && newest.note.at_ms > (before[0]?.note.at_ms ?? 0)
      isMentionNews = true
      if (!isNews) return
      tell('mention', texts.labelled(newest.note.agent_name, newest.note.text), newest.conversation_id, () => {
        look(newest.conversation_id)
      })
    })
    watch(
      [unread, () => desk().requests.value.length],
      ([messages, queued]) => {
        const marks = [messages ? `(${String(messages)})` : '', queued ? `${texts.desk.queue} ${String(queued)} ·` : '']
        document.title = [...marks, texts.product].filter(Boolean).join(' ')
      },
      { immediate: true },
    )
  }

  return { events, unread, follow }
}
