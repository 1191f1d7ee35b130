import { expect, test } from 'vitest'
import { namesIn, namingAt, withName } from './mention'

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

test('names are called as a whole, in a note that was written before a reload too', () => {
  expect(namesIn('请 @王芳 和@赵磊，看一下；写到 a@b.cn')).toEqual(['王芳', '赵磊'])
  expect(namesIn('@王芳芳')).not.toContain('王芳')
})
