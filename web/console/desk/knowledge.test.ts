import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { FoundArticle } from '../../shared/contract'
import { LateSearch, UsedArticles } from './knowledge'

const article: FoundArticle = { article_id: 'a', title: '漫游', text: '先开通\n', question: '', links: [], score: 0.9, unchecked: [], human_only: false }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a reply names the articles it was taken from, and whether they were changed', () => {
  const used = new UsedArticles()
  used.add(article)
  used.add(article)
  expect(used.take('您好，先开通')).toEqual([{ article_id: 'a', title: '漫游', edited: false }])
  expect(used.take('下一条')).toEqual([])
  used.add(article)
  expect(used.take('请开通')).toEqual([{ article_id: 'a', title: '漫游', edited: true }])
  used.add(article)
  used.forget()
  expect(used.take('先开通')).toEqual([])
})

test('an older answer never replaces a newer one', async () => {
  const waiting = new Map<string, (answer: string) => void>()
  const shown: (string | null)[] = []
  const search = new LateSearch((text) => new Promise<string>((resolve) => waiting.set(text, resolve)), (answer) => shown.push(answer), 100)
  search.type('漫')
  await vi.advanceTimersByTimeAsync(99)
  expect(waiting.size).toBe(0)
  search.type('漫游')
  await vi.advanceTimersByTimeAsync(100)
  search.type('漫游费')
  await vi.advanceTimersByTimeAsync(100)
  expect([...waiting.keys()]).toEqual(['漫游', '漫游费'])
  waiting.get('漫游费')?.('新')
  waiting.get('漫游')?.('旧')
  await vi.advanceTimersByTimeAsync(0)
  expect(shown).toEqual(['新'])
})

test('a search that fails is told as such', async () => {
  const shown: (string | null)[] = []
  const search = new LateSearch<string>(() => Promise.reject(new Error('away')), (answer) => shown.push(answer), 0)
  search.type('漫游')
  await vi.advanceTimersByTimeAsync(0)
  expect(shown).toEqual([null])
})
