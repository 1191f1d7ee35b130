import { afterEach, expect, test, vi } from 'vitest'
import { createApp, h, nextTick, ref, type App, type Component } from 'vue'
import type { Contact } from '../../shared/contract'
import { conversation, handoffRequest, waiting } from '../testing'
import CloseDialog from './CloseDialog.vue'
import ContextPanel from './ContextPanel.vue'
import QueueRow from './QueueRow.vue'

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
  const whole = conversation({ summary })
  return { id: 'c', name: '访客', whole, numbers: { given: null, mayAsk: false } }
}

test('the transfers stand above all else, the latest first', () => {
  const transfers = [
    { from_agent: '张三', from_agent_id: 'a2', to: '账单组', why: '要看账单', at_ms: 1 },
    { from_agent: '李四', from_agent_id: 'a2', to: '王五', why: '', at_ms: 2 },
  ]
  const handed = thread(LINES)
  handed.whole.request = handoffRequest({ transfers })
  const first = mount(() => h(ContextPanel as Component, { thread: handed, selectedSeq: null, groups: {}, dispositions: {} })).querySelector('section')
  expect([...(first?.querySelectorAll('p') ?? [])].map((line) => line.textContent)).toEqual(['转接：李四 → 王五', '转接：张三 → 账单组：要看账单'])
})

test('a row of the queue says why it was handed on', () => {
  const request = { id: 'r', conversation_id: 'c', reason: 'complaint', priority: 'normal', skill_group: 'bills', customer_name: '', channel: 'web', last_text: '你好', requested_at_ms: 0, waited_s: 0 }
  const row = (more: object) => mount(() => h(QueueRow as Component, { request: { ...request, ...more }, groupName: '账单组', clockAhead_ms: 0, target_s: 60, busy: false, isNew: false })).textContent
  expect(row({ transfer: { from_agent: '张三', from_agent_id: 'a2', to: '账单组', why: '要看账单', at_ms: 1 } })).toContain('转接：张三 → 账单组：要看账单')
  app?.unmount()
  expect(row({ transfer: null })).toContain('你好')
})

test('the row and the context say why a request goes before others', () => {
  const before: Contact = { conversation_id: 'old', channel: 'web', at_ms: 0, reason: 'complaint', disposition: 'handled', summary: '等退费到账', resolved: false }
  const request = handoffRequest({ priority: 'high', priority_reasons: ['repeated'], repeated_contact: before })
  const row = mount(() => h(QueueRow as Component, { request: waiting('r', { priority_reasons: ['repeated'] }), groupName: '账单组', clockAhead_ms: 0, target_s: 60, busy: false, isNew: false }))
  expect(row.querySelector('[data-testid=queue-why]')?.textContent).toBe('重复来电')
  app?.unmount()
  const handed = thread(LINES)
  handed.whole.request = request
  const shown = mount(() => h(ContextPanel as Component, { thread: handed, selectedSeq: null, groups: {}, dispositions: { handled: '已办理' } })).querySelector('[data-testid=context-handoff]')
  expect(shown?.querySelector('[data-testid=context-why]')?.textContent).toContain('重复来电')
  expect(shown?.querySelector('[data-testid=context-repeated]')?.textContent).toMatch(/1\/1.* 因“投诉”转过人工（已办理），没有解决/)
  expect(shown?.textContent).toContain('等退费到账')
})

test('closing needs a choice whether it is resolved', async () => {
  const show = ref(false)
  const close = vi.fn(() => Promise.resolve())
  const desk = { reference: ref({ skill_groups: [], dispositions: [{ id: 'answered', name: '已答复' }], tasks: [], reasons: [] }), close }
  mount(() => h(CloseDialog as Component, { desk, thread: thread([]), show: show.value }))
  show.value = true
  await nextTick()
  await nextTick()
  const click = async (id: string) => {
    document.querySelector<HTMLElement>(`[data-testid=${id}]`)?.click()
    await nextTick()
  }
  expect(document.querySelectorAll('[data-testid=close-resolved][aria-checked=true], [data-testid=close-unresolved][aria-checked=true]')).toHaveLength(0)
  await click('close-disposition-option')
  await click('close-submit')
  expect(close).not.toHaveBeenCalled()
  expect(document.querySelector('[role=alert]')?.textContent).toBe('请选择问题是否解决。')
  await click('close-unresolved')
  await click('close-submit')
  expect(close).toHaveBeenCalledWith(expect.anything(), { disposition: 'answered', resolved: false })
})

function panel(summary: string[]): HTMLElement {
  return mount(() => h(ContextPanel as Component, { thread: thread(summary), selectedSeq: null, groups: {}, dispositions: {} }))
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
  const desk = { reference: ref({ skill_groups: [], dispositions: [], tasks: [], reasons: [], service_level_s: 60, time_zone: 'Asia/Shanghai' }) }
  mount(() => h(CloseDialog as Component, { desk, thread: thread(LINES), show: show.value }))
  show.value = true
  await nextTick()
  await nextTick()
  expect(document.querySelector<HTMLTextAreaElement>('[data-testid=close-summary]')?.value).toBe(LINES.join('\n'))
})
