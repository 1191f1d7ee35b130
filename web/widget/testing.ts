import { afterEach, beforeEach, vi } from 'vitest'
import { FakeSocket, MemoryStorage } from '../shared/testing'
import { ChatClient } from './chatClient'
import type { ChatClientOptions } from './chatOptions'
import { XiaoqiaoChat } from './element'
import { FakeService } from './fakeService'

/** What tests of the widget need: a service, a browser as it is on a first visit, and the element on a page of it. */

const SERVER = 'https://service.example/'

/** The service of the test that runs, once `beginAfresh` was called at the top of its file. */
export let service = new FakeService()

/** Lets what was begun come to its end, or time pass. */
export const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

/** Before each test: a new service, an empty browser, a clock that stands. */
export function beginAfresh(): void {
  if (!customElements.get('xiaoqiao-chat')) customElements.define('xiaoqiao-chat', XiaoqiaoChat)
  beforeEach(() => {
    vi.useFakeTimers()
    localStorage.clear()
    sessionStorage.clear()
    FakeSocket.opened = []
    service = new FakeService()
    vi.stubGlobal('fetch', service.fetch)
    vi.stubGlobal('WebSocket', FakeSocket)
  })
  afterEach(async () => {
    document.body.replaceChildren()
    await settle() // nothing on its way may reach for a real network
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })
}

/** A customer's side without a page; `more` in place of what it is given otherwise. */
export function newClient(more: Partial<ChatClientOptions> = {}): ChatClient {
  return new ChatClient({
    server: SERVER,
    identityToken: null,
    storage: new MemoryStorage(),
    fetch: (input, init) => service.fetch(input, init),
    networkText: '连不上',
    fileGoneText: '没有了',
    onChange: () => undefined,
    onArrival: () => undefined,
    onReturn: () => undefined,
    onIdentityRefused: () => undefined,
    createSocket: (url) => new FakeSocket(url),
    ...more,
  })
}

/** The element on the page, folded up. */
export async function mount(attributes: Record<string, string> = {}) {
  const chat = document.createElement('xiaoqiao-chat') as HTMLElement & Pick<XiaoqiaoChat, 'open' | 'close' | 'send'>
  for (const [name, value] of Object.entries({ server: SERVER, ...attributes })) chat.setAttribute(name, value)
  document.body.append(chat)
  const root = chat.shadowRoot
  if (root === null) throw new Error('it has one')
  const all = (testid: string) => [...root.querySelectorAll<HTMLElement>(`[data-testid=${testid}]`)]
  const one = (testid: string) => {
    const [found] = all(testid)
    if (!found) throw new Error(`${testid} is missing`)
    return found
  }
  const press = async (testid: string) => {
    one(testid).click()
    await settle()
  }
  const fill = (testid: string, text: string) => {
    const field = one(testid) as HTMLInputElement
    field.value = text
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  await settle()
  return { chat, root, all, one, press, fill }
}

/** The element on the page, opened and connected. */
export async function mountOpen(attributes: Record<string, string> = {}) {
  const page = await mount(attributes)
  page.chat.open()
  await settle()
  service.connect()
  await settle()
  return page
}

/** The service tells the page of a message. */
export async function receive(said: object): Promise<void> {
  FakeSocket.last.deliver({ type: 'message', message: said })
  await settle()
}
