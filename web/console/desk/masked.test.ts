import { expect, test } from 'vitest'
import type { Revealed } from '../../shared/contract'
import { message } from '../../shared/testing'
import { inView, isMasked, textInView } from './masked'
import { ShownNumbers } from './shownNumbers'
import type { Thread } from './thread'

test.each([
  ['请打 138****8000', true],
  ['证件110****002X。', true],
  ['卡 622202****0128', true],
  ['****', false],
  ['请打 13800138000', false],
  ['', false],
])('%s', (text, expected) => {
  expect(isMasked(text)).toBe(expected)
})

test('a message has its numbers only while they are shown', async () => {
  const said = message(3, '请打 138****8000')
  const given: Revealed = { phone: null, messages: { '3': '请打 13800138000' }, notes: {}, details: {}, others: { '客户想要：“138****8000”': '客户想要：“13800138000”' } }
  const numbers = new ShownNumbers(() => Promise.resolve(given))
  const thread = { numbers } as unknown as Thread
  expect(inView(thread, said)).toBe(said)
  await numbers.reveal('call_back')
  expect(inView(thread, said).text).toBe('请打 13800138000')
  expect(inView(thread, message(4, '其他'))).toEqual(message(4, '其他'))
  expect(textInView(thread, '客户想要：“138****8000”')).toBe('客户想要：“13800138000”')
  expect(textInView(thread, '客户想要：“139****8000”')).toBe('客户想要：“139****8000”')
  numbers.mayAsk = false
  expect(inView(thread, said)).toBe(said)
})
