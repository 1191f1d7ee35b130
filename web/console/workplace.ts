import type { MessageApi } from 'naive-ui'
import { computed, inject, onScopeDispose, provide, watch, type ComputedRef, type InjectionKey } from 'vue'
import { attract } from './alerts'
import { AgentApi } from './api'
import { CannedBook } from './desk/canned'
import { Desk } from './desk/desk'
import { keepFresh, renew, session as present, type Session } from './session'
import { customerName, named, texts } from './texts'

/** What every page of one session shares; the desk lives as long as the session, whichever page is shown. */
export interface Workplace {
  api: AgentApi
  desk: Desk
  canned: CannedBook
  /** Unread messages over all conversations. */
  unread: ComputedRef<number>
  logout: () => Promise<void>
  /** Does what ends this session too; afterwards the login page says `farewell`. */
  parting: (work: () => Promise<unknown>, farewell: string) => Promise<void>
}

export const WORKPLACE: InjectionKey<Workplace> = Symbol('workplace')

export function useWorkplace(): Workplace {
  const workplace = inject(WORKPLACE)
  if (workplace === undefined) throw new Error('a page is shown outside the console')
  return workplace
}

/** Begins the session's work: for the shell, once. `leave` is told why it ends. */
export function provideWorkplace(session: Session, toast: MessageApi, leave: (reason: string) => void): Workplace {
  let farewell = ''
  const token = (): string => present.value?.token ?? session.token
  const api = new AgentApi((input, init) => fetch(input, init), texts.networkText, token, () => {
    leave(farewell || texts.login.expired)
  }, (used) => renew(used, texts.networkText))
  onScopeDispose(keepFresh(texts.networkText))
  const desk = new Desk({
    api,
    token,
    agent: session.agent,
    events: {
      problem: (text) => toast.error(text),
      lostRace: (winner, text) => toast.warning(winner ? texts.desk.lost(winner) : text),
      removed: (thread) => toast.info(texts.desk.removed(thread.name)),
      newRequest: (request) => {
        const name = customerName(request.customer_name, request.conversation_id)
        attract('request', texts.desk.newRequest(name, named(texts.reasons, request.reason)), desk.agent.value.presence)
      },
      assigned: (thread, from) => {
        const words = from === null ? texts.desk.given(thread.name) : texts.desk.assigned(thread.name, from)
        toast.info(words)
        attract('assigned', words, desk.agent.value.presence, () => {
          desk.show(thread.id)
        })
      },
      newMessage: (thread, message) => {
        if (thread.unread === 0) return
        attract('message', `${thread.name}：${message.text}`, desk.agent.value.presence, () => {
          desk.show(thread.id)
        })
      },
    },
  })
  // The first list is the past, not news.
  let isMentionNews = false
  watch(desk.team.mentions, (after, before) => {
    const newest = after[0]?.note
    const isNews = isMentionNews && newest && newest.at_ms > (before[0]?.note.at_ms ?? 0)
    if (isNews) attract('mention', `${newest.agent_name}：${newest.text}`, desk.agent.value.presence)
    isMentionNews = true
  })
  const unread = computed(() =>
    [...desk.threads.values()].reduce((sum, thread) => {
      void thread.changed.value
      return sum + thread.unread
    }, 0),
  )
  watch(
    [unread, () => desk.requests.value.length],
    ([messages, queued]) => {
      const marks = [messages ? `(${String(messages)})` : '', queued ? `${texts.desk.queue} ${String(queued)} ·` : '']
      document.title = [...marks, texts.product].filter(Boolean).join(' ')
    },
    { immediate: true },
  )
  const workplace: Workplace = {
    api,
    desk,
    canned: new CannedBook(api),
    unread,
    logout: async () => {
      try {
        await api.logout()
      } finally {
        leave('')
      }
    },
    parting: async (work, words) => {
      // The stream may be closed before the answer is here: the words are the same then.
      farewell = words
      try {
        await work()
      } catch (error) {
        farewell = ''
        throw error
      }
      leave(words)
    },
  }
  provide(WORKPLACE, workplace)
  return workplace
}
