import { expect, test, vi } from 'vitest'
import { alone } from './alone'

test('works of one name wait for each other, whatever becomes of them; others do not', async () => {
  const done: string[] = []
  let finish = (): void => undefined
  const first = alone('a', async () => {
    await new Promise<void>((resolve) => (finish = resolve))
    done.push('first')
    throw new Error('failed')
  })
  const second = alone('a', () => Promise.resolve(done.push('second')))
  await alone('b', () => Promise.resolve(done.push('other')))
  finish()
  await expect(first).rejects.toThrow('failed')
  await second
  expect(done).toEqual(['other', 'first', 'second'])
})

test('where the browser refuses its locks, the page keeps the order by itself', async () => {
  const request = vi.fn(() => Promise.reject(new DOMException('no', 'SecurityError')))
  vi.stubGlobal('navigator', { locks: { request } })
  await expect(alone('a', () => Promise.resolve(1))).resolves.toBe(1)
  await expect(alone('a', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  expect(request).toHaveBeenCalledTimes(2)
  vi.unstubAllGlobals()
})

test('work that fails under a lock is not done again', async () => {
  const request = (_name: string, work: () => unknown): Promise<unknown> => Promise.resolve(work())
  vi.stubGlobal('navigator', { locks: { request } })
  const work = vi.fn(() => Promise.reject(new Error('failed')))
  await expect(alone('a', work)).rejects.toThrow('failed')
  expect(work).toHaveBeenCalledOnce()
  vi.unstubAllGlobals()
})
