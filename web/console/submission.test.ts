import { expect, test } from 'vitest'
import { useAsLeft, useSubmission } from './submission'

test('a mistake is told and nothing is sent', async () => {
  const { problem, submit } = useSubmission()
  await submit('请选择', () => Promise.reject(new Error('sent')))
  expect(problem.value).toBe('请选择')
})

test('it is sent once at a time, and a refusal stays until the next try', async () => {
  const { problem, busy, submit } = useSubmission()
  let sent = 0
  let refuse: (error: Error) => void = () => undefined
  const first = submit('', () => new Promise((_resolve, reject) => { sent++; refuse = reject }))
  await submit('', () => { sent++; return Promise.resolve() })
  expect([sent, busy.value]).toEqual([1, true])
  refuse(new Error('被拒绝'))
  await first
  expect([problem.value, busy.value]).toEqual(['被拒绝', false])
  await submit('', () => Promise.resolve())
  expect(problem.value).toBe('')
})

test('a dialog stands as it was left for the same matter, until it was sent', () => {
  const { isAsLeft, forget } = useAsLeft()
  expect([isAsLeft('a'), isAsLeft('a'), isAsLeft('b'), isAsLeft('a'), isAsLeft('a')]).toEqual([false, true, false, false, true])
  forget()
  expect(isAsLeft('a')).toBe(false)
  forget()
  expect([isAsLeft(undefined), isAsLeft(undefined)]).toEqual([false, false])
})
