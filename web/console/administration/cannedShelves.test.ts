import { expect, test } from 'vitest'
import type { CannedReply } from '../../shared/contract'
import { duplicates, moved, shelfKey, shelves, shown } from './cannedShelves'

const reply = (id: string, keyword: string, text: string, more: Partial<CannedReply> = {}): CannedReply =>
  ({ id, keyword, text, scope: 'shared', skill_group: null, place: 0, ...more })
const bills = { scope: 'group', skill_group: 'bills' } as const
const all = [
  reply('p', '稍等', '请稍等', { scope: 'personal' }),
  reply('a', '稍等', '请 稍等'),
  reply('b', '开场', '您好'),
  reply('c', '开场', '您好，我是坐席'),
  reply('d', '', '再见'),
  reply('e', '', '谢谢'),
  reply('g', '开场', '账单组您好', bills),
]
const names = new Map(shelves([{ id: 'bills', name: '话费账单' }], true).map(({ key, name }) => [key, name]))

test('the same text anywhere, and the same keyword on one shelf, are one too many', () => {
  expect([...duplicates(all, (key) => names.get(key) ?? key)]).toEqual([
    ['a', '内容和“个人 · 稍等”重复'],
    ['c', '关键词和“公共 · 开场”相同'],
  ])
})

test('found by shelf, words and duplicates; without words in the order people made', () => {
  const doubled = duplicates(all, (key) => key)
  const ids = (filter: Partial<Parameters<typeof shown>[1]>): string => shown(all, { words: '', shelf: '', onlyDuplicates: false, ...filter }, doubled).map(({ id }) => id).join('')
  expect(ids({})).toBe('pabcdeg')
  expect(ids({ shelf: 'group:bills' })).toBe('g')
  expect(ids({ onlyDuplicates: true })).toBe('ac')
  expect(ids({ words: '您好' })).toBe('bcg')
})

test('a reply moves on its own shelf only', () => {
  expect(moved(all, 'b', -1)).toEqual(['b', 'a', 'c', 'd', 'e'])
  expect(moved(all, 'a', -1)).toBeNull()
  expect(moved(all, 'g', 1)).toBeNull()
  expect(moved(all, 'nobody', 1)).toBeNull()
})

test('who serves nobody has no shelf of their own', () => {
  expect(shelves([], false).map(({ key }) => key)).toEqual(['shared'])
  expect(shelfKey(reply('x', '', '', bills))).toBe('group:bills')
})
