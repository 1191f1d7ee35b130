import { expect, test } from 'vitest'
import { texts } from '../texts'
import { asksForHelp } from './shortcuts'

function press(target: Element, init: KeyboardEventInit): boolean {
  let asked = false
  document.addEventListener('keydown', (event) => (asked = asksForHelp(event)), { once: true })
  document.body.append(target)
  target.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...init }))
  target.remove()
  return asked
}

test('a question mark asks for help, but not while somebody writes one', () => {
  expect(press(document.createElement('div'), { key: '?', shiftKey: true })).toBe(true)
  expect(press(document.createElement('textarea'), { key: '?', shiftKey: true })).toBe(false)
  expect(press(document.createElement('textarea'), { key: '/', code: 'Slash', altKey: true })).toBe(true)
  expect(press(document.createElement('div'), { key: '?', ctrlKey: true })).toBe(false)
})

test('the table of keys names none twice', () => {
  const keys = texts.shortcuts.rows.map(([key]) => key)
  expect(new Set(keys).size).toBe(keys.length)
})
