import { createApp, defineComponent, h } from 'vue'
import { expect, test } from 'vitest'
import { allPages, useLoaded, usePages } from './loaded'

/** Runs a composable as a page does. */
function inPage<T>(use: () => T): T {
  let used: T | undefined
  createApp(defineComponent(() => {
    used = use()
    return () => h('p')
  })).mount(document.createElement('div'))
  if (used === undefined) throw new Error('not used')
  return used
}

async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

test('a page says what went wrong and keeps what it had', async () => {
  const answers = [() => Promise.resolve(1), () => Promise.reject(new Error('没有网络')), () => Promise.resolve(2)]
  const page = inPage(() => useLoaded(() => (answers.shift() ?? answers[0])?.() ?? Promise.reject(new Error('end'))))
  await settled()
  expect([page.value.value, page.problem.value, page.isLoading.value]).toEqual([1, '', false])
  await page.reload()
  expect([page.value.value, page.problem.value]).toEqual([1, '没有网络'])
  await page.reload()
  expect([page.value.value, page.problem.value]).toEqual([2, ''])
})

test('pages follow one another; an answer to former filters is thrown away', async () => {
  const waiting: ((page: { rows: string[]; cursor: string | null }) => void)[] = []
  const asked: (string | null)[] = []
  const list = inPage(() => usePages<string>((cursor) => {
    asked.push(cursor)
    return new Promise((resolve) => waiting.push(resolve))
  }))
  const again = list.restart()
  waiting[1]?.({ rows: ['a'], cursor: '1' })
  await again
  waiting[0]?.({ rows: ['late'], cursor: null })
  await settled()
  expect(list.rows.value).toEqual(['a'])
  const more = list.more()
  await list.more() // pressed twice
  waiting[2]?.({ rows: ['b'], cursor: null })
  await more
  expect([list.rows.value, list.hasMore.value, asked]).toEqual([['a', 'b'], false, [null, null, '1']])
})

test('a file has all pages, and an end', async () => {
  type Page = Promise<{ rows: number[]; cursor: string }>
  const read = (cursor: string | null): Page => Promise.resolve({ rows: [Number(cursor), 0], cursor: String(Number(cursor) + 1) })
  expect(await allPages(read, 5)).toEqual([0, 0, 1, 0, 2])
})
