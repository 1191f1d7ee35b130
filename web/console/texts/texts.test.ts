import { expect, test } from 'vitest'
import { saidOf } from '.'
import { en } from './en'
import { zh } from './zh'

test('words are joined as each language joins them', () => {
  const names = ['A', 'B', 'C']
  expect([zh.list(names), en.list(names)]).toEqual(['A、B、C', 'A, B and C'])
  expect([zh.labelled('A', 'B'), en.labelled('A', 'B')]).toEqual(['A：B', 'A: B'])
  expect([zh.sentences(['A', 'B。']), en.sentences(['A', 'B.'])]).toEqual(['A。B。', 'A. B.'])
})

test('an error is said by its code where the language has words for it, else as the service says it', () => {
  expect(saidOf({ code: 'wrong_password', message: '原密码不对' })).toBe('原密码不对')
  expect(en.errors.wrong_password).toBe('The current password is wrong.')
})
