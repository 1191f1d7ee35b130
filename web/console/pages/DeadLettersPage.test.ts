import { flushPromises, mountPage } from './testing'
import { expect, test } from 'vitest'
import { ApiError } from '../../shared/http'
import DeadLettersPage from './DeadLettersPage.vue'

const letter = { id: 'd1', conversation_id: 'c1', account: 'main', texts: ['<b>您好</b>'], why: 'no_permission (48001)', failed_at_ms: 1 }

test('lists what was not delivered, as text, and sends it again', async () => {
  const resent: string[] = []
  const lists = [[letter], []]
  const api = {
    deadLetters: () => Promise.resolve(lists.shift() ?? null),
    resend: (id: string) => Promise.resolve(void resent.push(id)),
  }
  const page = mountPage(DeadLettersPage, { api })
  await flushPromises()
  expect(page.textContent).toContain('<b>您好</b>')
  expect(page.textContent).toContain('48001')
  page.querySelector<HTMLButtonElement>('[data-testid=dead-letter-resend]')?.click()
  await flushPromises()
  expect(resent).toEqual(['d1'])
  expect(page.textContent).toContain('没有未送达的消息')
})

test('says that no account is configured, and what went wrong', async () => {
  const none = mountPage(DeadLettersPage, { api: { deadLetters: () => Promise.resolve(null) } })
  await flushPromises()
  expect(none.textContent).toContain('没有配置公众号')
  const failing = mountPage(DeadLettersPage, { api: { deadLetters: () => Promise.reject(new ApiError(503, { code: 'x', message: '服务暂时不可用' })) } })
  await flushPromises()
  expect(failing.textContent).toContain('服务暂时不可用')
  expect(failing.textContent).not.toContain('没有未送达的消息')
})
