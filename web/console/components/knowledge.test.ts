import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createApp, h, nextTick, reactive, type App, type Component } from 'vue'
import type { KnowledgeFound, Message } from '../../shared/contract'
import { message } from '../../shared/testing'
import type { Article } from '../desk/knowledge'
import KnowledgePanel from './KnowledgePanel.vue'

let app: App | null = null

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  app?.unmount()
  document.body.replaceChildren()
  vi.useRealTimers()
})

function thread(id: string, messages: Message[]) {
  return { id, messages }
}

function article(id: string, text: string) {
  return { article_id: id, title: id, question: '', text, links: [], score: 0.9, human_only: false, unchecked: [] }
}

function mount(search: (id: string, query: string) => Promise<KnowledgeFound>, messages = [message(1, '怎么查积分', 'customer')]) {
  const inserted: string[] = []
  const shown = reactive({ thread: thread('c', messages) })
  const host = document.createElement('div')
  document.body.append(host)
  app = createApp({ render: () => h(KnowledgePanel as Component, { ...shown, search, onInsert: (one: Article) => inserted.push(one.text) }) })
  app.mount(host)
  return { host, inserted, shown }
}

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(300)
  await nextTick()
}

function type(host: HTMLElement, text: string): void {
  const field = host.querySelector<HTMLInputElement>('[data-testid=knowledge-search]')
  if (field) field.value = text
  field?.dispatchEvent(new Event('input'))
}

test('suggests for the last message, searches as one types, and inserts the text', async () => {
  const asked: string[] = []
  const { host, inserted } = mount((_id, query) => {
    asked.push(query)
    return Promise.resolve({ available: true, articles: [article(query || 'points', `<b>${query}</b>`)], seq: null })
  })
  await settle()
  host.querySelector<HTMLElement>('[data-testid=suggestion-insert]')?.click()
  type(host, '流')
  await nextTick()
  type(host, '流量')
  await settle()
  expect(asked).toEqual(['', '流量'])
  expect(host.querySelector('[data-testid=knowledge-preview]')?.textContent).toBe('<b>流量</b>')
  expect(host.querySelectorAll('b')).toHaveLength(0)
  host.querySelector<HTMLElement>('[data-testid=knowledge-insert]')?.click()
  expect(inserted).toEqual(['<b></b>', '<b>流量</b>'])
})

test('an answer that comes late does not replace a newer one', async () => {
  const answers: ((found: KnowledgeFound) => void)[] = []
  const { host } = mount(() => new Promise((resolve) => answers.push(resolve)))
  await settle()
  type(host, '流量')
  await settle()
  answers[1]?.({ available: true, articles: [article('new', 'neu')], seq: null })
  answers[0]?.({ available: true, articles: [article('old', 'alt')], seq: 1 })
  await settle()
  expect([...host.querySelectorAll('[data-testid=knowledge-preview]')].map((one) => one.textContent)).toEqual(['neu'])
})

test('says when the knowledge base does not answer', async () => {
  const { host } = mount(() => Promise.reject(new Error('offline')))
  await settle()
  expect(host.querySelector('[data-testid=knowledge-none]')?.textContent).toContain('知识库暂时')
})
