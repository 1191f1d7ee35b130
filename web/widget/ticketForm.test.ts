import { expect, test } from 'vitest'
import { dialled, emptyForm, formOf, LONGEST_TICKET, offeredKind, parseForm, problemsOf, wishOf, type TicketForm } from './ticketForm'

const form = (more: Partial<TicketForm> = {}): TicketForm => ({ kind: 'callback', text: '', phone: '13800138000', time: '都可以', name: '', ...more })

test.each([
  ['138 0013 8000', '13800138000'],
  ['+86 138-0013-8000', '13800138000'],
  ['008613800138000', '13800138000'],
  ['１３８００１３８０００', '13800138000'],
  ['（010）12345678', '01012345678'],
  ['0512-6666 7777', '051266667777'],
  ['+86 010-12345678', '01012345678'],
  ['8612345', '8612345'],
])('%s is dialled %s', (written, digits) => {
  expect(dialled(written)).toBe(digits)
})

test.each([
  ['', 'missing'],
  ['1380013800', 'length'],
  ['138001380000', 'length'],
  ['12345678', 'odd'],
  ['66667777', 'area'],
  ['6666777', 'area'],
  ['400-800-1234', 'odd'],
  ['010-123', 'odd'],
  ['打我手机', 'odd'],
  ['13800138000', undefined],
  ['0755-12345678', undefined],
])('the number "%s" for a call: %s', (phone, problem) => {
  expect(problemsOf(form({ phone })).phone).toBe(problem)
})

test('a message needs words, a call a number; a number given with a message must be one', () => {
  expect(problemsOf(form({ kind: 'message', phone: '', text: ' \n' }))).toEqual({ text: 'missing' })
  expect(problemsOf(form({ kind: 'message', phone: '', text: '宽带断了' }))).toEqual({})
  expect(problemsOf(form({ kind: 'message', phone: '123', text: '宽带断了' }))).toEqual({ phone: 'odd' })
  expect(problemsOf(form({ phone: '' }))).toEqual({ phone: 'missing' })
  expect(problemsOf(form({ text: '字'.repeat(LONGEST_TICKET + 1) }))).toEqual({ text: 'long' })
})

test('what is asked for is what was filled in, and comes back into the form', () => {
  const filled = form({ phone: '138 0013 8000', text: ' 退订套餐 ', time: '下午', name: ' 王女士 ' })
  expect(wishOf(filled)).toEqual({ kind: 'callback', phone: '13800138000', text: '退订套餐', time_of_day: '下午', name: '王女士' })
  expect(formOf(wishOf(filled))).toEqual({ kind: 'callback', phone: '13800138000', text: '退订套餐', time: '下午', name: '王女士' })
  expect(wishOf(form({ kind: 'message', phone: '', text: '断网', time: '晚上' }))).toMatchObject({ phone: null, time_of_day: '' })
})

test('a kept form is read with care', () => {
  expect(parseForm(JSON.stringify(form({ text: '一半' })))).toEqual(form({ text: '一半' }))
  expect(parseForm('{"kind":"message","time":"凌晨","text":5}')).toEqual({ kind: 'message', text: '', phone: '', time: '都可以', name: '' })
  for (const odd of [null, '', '{', 'null', '[]', '{"kind":"fax"}']) expect(parseForm(odd)).toBeNull()
})

test('the service offers both kinds by button, and nothing else opens a form', () => {
  expect(['/leave_message', '/call_back', '/keep_place', 'constructor'].map(offeredKind)).toEqual(['message', 'callback', null, null])
})

test('what is known of the customer is filled in', () => {
  expect(emptyForm('callback', { name: '李建国', phone: '13900001002' })).toEqual(form({ name: '李建国', phone: '13900001002' }))
})
