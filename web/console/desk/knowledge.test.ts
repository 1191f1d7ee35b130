import { expect, test } from 'vitest'
import { shallowRef } from 'vue'
import { UsedArticles, type Article } from './knowledge'

const article: Article = { article_id: 'a', title: '漫游', text: '先开通\n', question: '', links: [], score: 0.9, unchecked: [], human_only: false }

test('a reply names the articles it was taken from, and whether they were changed', () => {
  const used = new UsedArticles(shallowRef(null))
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
