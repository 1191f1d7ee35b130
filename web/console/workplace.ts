import type { MessageApi } from 'naive-ui'
import { inject, onScopeDispose, provide, type ComputedRef, type InjectionKey } from 'vue'
import { AgentApi } from './api'
import { CannedBook } from './desk/canned'
import { Desk } from './desk/desk'
import { newsOf } from './news'
import { keepFresh, renew, session as present, type Session } from './session'
import { texts } from './texts'
import { mayLeave } from './unsaved'

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

/** Begins the session's work: for the shell, once. `toDesk` shows the page of the conversations; `leave` is told why it ends. */
export function provideWorkplace(session: Session, toast: MessageApi, toDesk: () => void, leave: (reason: string) => void): Workplace {
  let farewell = ''
  const token = (): string => present.value?.token ?? session.token
  const api = new AgentApi((input, init) => fetch(input, init), texts.networkText, token, () => {
    leave(farewell || texts.login.expired)
  }, (used) => renew(used, texts.networkText))
  onScopeDispose(keepFresh(texts.networkText))
  const news = newsOf(() => desk, toast, toDesk)
  const desk: Desk = new Desk({
    api,
    token,
    agent: session.agent,
    events: news.events,
  })
  // Until its page is: nothing on it counts as read before.
  desk.isShown.value = false
  news.follow()
  const workplace: Workplace = {
    api,
    desk,
    canned: new CannedBook(api),
    unread: news.unread,
    logout: async () => {
      if (!(await mayLeave())) return
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
