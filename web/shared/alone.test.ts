import { expect, test } from 'vitest'
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
