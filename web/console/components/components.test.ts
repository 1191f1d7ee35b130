import { afterEach, expect, test } from 'vitest'
import { createApp, h, type App, type Component } from 'vue'
import type { Message } from '../../shared/contract'
import { message } from '../../shared/testing'
import MessageBubble from './MessageBubble.vue'
import VirtualList from './VirtualList.vue'

let app: App | null = null

afterEach(() => {
  app?.unmount()
  document.body.replaceChildren()
})

function mount(component: unknown, props: object, slots: object = {}): HTMLElement {
  const host = document.createElement('div')
  document.body.append(host)
  app = createApp({ render: () => h(component as Component, props, slots as never) })
  app.mount(host)
  return host
}

function bubble(said: Message): HTMLElement {
  return mount(MessageBubble, { message: said, turn: null, selected: false, continues: false })
}

test.each(['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '[x](javascript:alert(1))', '{{ 7 * 7 }}'])('shows %s as text', (attack) => {
  const said = message(1, attack, 'customer', {
    buttons: [{ title: attack, payload: '/x' }],
    links: [{ title: attack, url: 'javascript:alert(1)' }, { title: attack, url: 'https://a.cn/' }],
  })
  const host = bubble(said)
  expect(host.querySelector('.text')?.textContent).toBe(attack)
  expect(host.querySelectorAll('script, img')).toHaveLength(0)
  expect([...host.querySelectorAll('a')].map((anchor) => anchor.getAttribute('href'))).toEqual(['https://a.cn/'])
})

test('marks the sender', () => {
  const host = bubble(message(4, '您好', 'agent', { sender_name: '李娜' }))
  const row = host.querySelector<HTMLElement>('[data-testid=message]')
  expect([row?.dataset.sender, row?.dataset.seq]).toEqual(['agent', '4'])
  expect(host.textContent).toContain('坐席 李娜')
})

test('a long list keeps only the rows in sight in the page', () => {
  const rows = Array.from({ length: 500 }, (_, i) => ({ key: String(i) }))
  const host = mount(VirtualList, { rows, rowHeight: 100, label: '排队' }, { default: ({ row }: { row: { key: string } }) => row.key })
  const shown = host.querySelectorAll('li')
  expect(shown.length).toBeGreaterThan(5)
  expect(shown.length).toBeLessThan(30)
  expect(host.querySelector('ul')?.style.height).toBe('50000px')
})
