import { expect, test } from 'vitest'
import type { ConversationView } from '../../shared/contract'
import { zh } from '../texts/zh'
import { QueueBarView } from './queueBar'

function waiting(agents_online: number): ConversationView {
  const queue = { request_id: 'r1', position: 2, estimated_wait_s: 90, agents_online }
  return { id: 'c', state: 'queued', channel: 'web', last_seq: 1, queue, agent: null, agent_read_seq: 0, customer_read_seq: 0 }
}

test('promises to put nobody through while nobody is there', () => {
  const bar = new QueueBarView(zh, () => Promise.resolve())
  bar.update(waiting(0))
  expect(bar.element.textContent).toContain(zh.queueKept)
  expect(bar.element.textContent).toContain(zh.queueNobody)
  expect(bar.element.textContent).not.toContain(zh.queueTitle)
  bar.update(waiting(1))
  expect(bar.element.textContent).toContain(zh.queueTitle)
  expect(bar.element.textContent).toContain('前面还有 1 位客户 · 预计等待约 2 分钟')
})
