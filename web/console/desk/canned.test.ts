import { beforeEach, expect, test } from 'vitest'
import type { CannedReply } from '../../shared/contract'
import { AgentApi } from '../api'
import { preferences } from '../preferences'
import { CannedBook, fillIn, matching, unfilled } from './canned'

const VALUES = { customer: '周建国', agent: '李娜', plan: '', phoneEnd: '7713' }
const reply = (id: string, keyword: string, text: string): CannedReply => ({ id, keyword, text, scope: 'shared', skill_group: null, place: 0 })

beforeEach(() => {
  preferences.personalReplies = []
})

test('variables take the values of the conversation; what has none stays and is told', () => {
  const filled = fillIn('{客户姓名}您好，我是{坐席姓名}（{我的姓名}），尾号{手机尾号}，{套餐}，{别的}', VALUES)
  expect(filled).toBe('周建国您好，我是李娜（李娜），尾号7713，{套餐}，{别的}')
  expect(unfilled(filled)).toEqual(['{套餐}', '{别的}'])
  expect(unfilled('{"json": 1} {x}')).toEqual([])
  expect(fillIn('您好{客户姓名}', { ...VALUES, customer: '' })).toBe('您好')
})

test('keywords are found first', () => {
  const replies = [reply('a', '', '关于退费的说明'), reply('b', '退费', '三天内到账'), reply('c', '开场', '您好')]
  expect(matching(replies, '退').map((one) => one.id)).toEqual(['b', 'a'])
  expect(matching(replies, '').map((one) => one.id)).toEqual(['a', 'b', 'c'])
})

test('replies from the browser move to the service once, and only what it took', async () => {
  preferences.personalReplies = ['后来的', '我是{我的姓名}']
  const stored: string[] = []
  let isDown = false
  const fetch = (_url: string, init?: RequestInit): Promise<Response> => {
    if (init?.method === 'GET') return Promise.resolve(Response.json({ replies: [] }))
    if (isDown) return Promise.reject(new TypeError('network'))
    stored.push((JSON.parse(init?.body as string) as CannedReply).text)
    isDown = stored.length === 1
    return Promise.resolve(Response.json(reply('x', '', '')))
  }
  const book = new CannedBook(new AgentApi(fetch, '连不上', () => 'token', () => undefined))
  await expect(book.load()).rejects.toThrow('连不上')
  expect(preferences.personalReplies).toEqual(['后来的'])
  isDown = false
  await book.load()
  await book.load()
  expect(stored).toEqual(['我是{坐席姓名}', '后来的'])
  expect(preferences.personalReplies).toEqual([])
})
