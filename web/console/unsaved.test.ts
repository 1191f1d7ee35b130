import { effectScope } from 'vue'
import { expect, test } from 'vitest'
import { hasUnsaved, holdPage, mayLeave, question, useUnsaved } from './unsaved'

function form() {
  const scope = effectScope()
  const state = { changed: false }
  const close = scope.run(() => useUnsaved(() => state.changed))
  if (!close) throw new Error('no scope')
  return { scope, state, close }
}

test('nothing is asked when nothing would be lost', async () => {
  const { scope, close } = form()
  expect(await close()).toBe(true)
  expect(await mayLeave()).toBe(true)
  expect(question.value).toBeNull()
  scope.stop()
})

test('what was typed is thrown away only if the person says so', async () => {
  const { scope, state, close } = form()
  state.changed = true
  const stay = close()
  question.value?.(false)
  expect(await stay).toBe(false)
  const leave = mayLeave()
  question.value?.(true)
  expect(await leave).toBe(true)
  expect(question.value).toBeNull()
  scope.stop()
  expect(hasUnsaved()).toBe(false)
})

test('the browser holds the page while a form has something to lose', () => {
  const { scope, state } = form()
  const leaving = (): Event => {
    const event = new Event('beforeunload', { cancelable: true })
    holdPage(event)
    return event
  }
  expect(leaving().defaultPrevented).toBe(false)
  state.changed = true
  expect(leaving().defaultPrevented).toBe(true)
  scope.stop()
})
