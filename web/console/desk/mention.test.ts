import { expect, test } from 'vitest'
import { namingAt, withName } from './mention'

test.each([
  ['@', { at: 0, query: '' }],
  ['请看 @王', { at: 3, query: '王' }],
  ['请看，@王芳', { at: 3, query: '王芳' }],
  ['@王芳 收', null],
  ['写到 a@b', null],
  ['没有', null],
])('%s', (text, expected) => {
  expect(namingAt(text, text.length)).toEqual(expected)
})

test('the name is written out where the cursor is, and what follows stays', () => {
  const text = '请 @王 看一下'
  const naming = namingAt(text, 4)
  expect(naming).toEqual({ at: 2, query: '王' })
  expect(naming && withName(text, 4, naming, '王芳')).toEqual({ text: '请 @王芳 看一下', cursor: 6 })
})
