import { afterEach, expect, test } from 'vitest'
import { createApp, h, nextTick, ref, shallowRef, type App, type Component } from 'vue'
import type { AgentConversation } from '../../shared/contract'
import CloseDialog from './CloseDialog.vue'
import ContextPanel from './ContextPanel.vue'

const LINES = ['客户想要：“这个月怎么多扣了三十块钱”', '小桥试过：查月账单；没听懂 1 次', '已知信息：未登录']

let app: App | null = null

afterEach(() => {
  app?.unmount()
  document.body.replaceChildren()
})

function mount(render: () => ReturnType<typeof h>): HTMLElement {
  const host = document.createElement('div')
  document.body.append(host)
  app = createApp({ render })
  app.mount(host)
  return host
}

function thread(summary: string[]) {
  const whole: AgentConversation = {
    id: 'c',
    state: 'active',
    channel: 'web',
    last_seq: 0,
    queue: null,
    agent: null,
    customer: null,
    request: null,
    summary,
    messages: [],
    understanding: {},
  }
  return { id: 'c', name: '访客', changed: shallowRef(0), whole }
}

function panel(summary: string[]): HTMLElement {
  return mount(() => h(ContextPanel as Component, { thread: thread(summary), selectedSeq: null, groups: {} }))
}

test('the summary stands first in the context panel, a line each, as text', () => {
  const first = panel([...LINES.slice(0, 2), '<b>x</b>']).querySelector('section')
  expect(first?.dataset.testid).toBe('context-summary')
  expect([...(first?.querySelectorAll('p') ?? [])].map((line) => line.textContent)).toEqual([...LINES.slice(0, 2), '<b>x</b>'])
})

test('without anything to say there is no summary', () => {
  expect(panel([]).querySelector('[data-testid=context-summary]')).toBeNull()
})

test('the wrap-up begins with the summary', async () => {
  const show = ref(false)
  const desk = { reference: ref({ skill_groups: [], dispositions: [], tasks: [], reasons: [] }) }
  mount(() => h(CloseDialog as Component, { desk, thread: thread(LINES), show: show.value }))
  show.value = true
  await nextTick()
  await nextTick()
  expect(document.querySelector<HTMLTextAreaElement>('[data-testid=close-summary]')?.value).toBe(LINES.join('\n'))
})
