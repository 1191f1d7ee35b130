import { expect, test } from 'vitest'
import { MemoryStorage, message } from '../shared/testing'
import { chosenButtons, Presses } from './choices'

const bill = { title: '查账单', payload: '/bill' }
const balance = { title: '查余额', payload: '/balance' }
const offer = (seq: number, buttons = [bill, balance]) => message(seq, '您是不是想问', 'bot', { buttons })
const press = { client_message_id: 'a', text: '查账单', payload: '/bill', offer: 'm1', written_at_ms: 0, after_seq: 2 }
const chosen = (...given: Parameters<typeof chosenButtons>) => Object.fromEntries(chosenButtons(...given))

test('a press marks the message it was made on, though later ones offer the same', () => {
  const messages = [offer(1), offer(2), message(3, '查账单', 'customer'), offer(4)]
  expect(chosen(messages, [{ offer: 'm1', payload: '/bill', seq: 3 }])).toEqual({ m1: '/bill' })
})

test('a press counts while it is on its way, and is not counted again when its echo comes', () => {
  const presses = new Presses(new MemoryStorage(), 'k')
  const letters = [{ ...press, status: 'sending' as const, seq: null, error: null }]
  const offers = [offer(1), offer(2)]
  for (const messages of [offers, [...offers, message(3, '查账单', 'customer')]]) {
    expect(Object.fromEntries(presses.chosen(messages, letters))).toEqual({ m1: '/bill' })
  }
})

test('without a memory of it, a title answers the nearest message before it, and no earlier one', () => {
  const messages = [offer(1), offer(2), message(3, '查账单', 'customer'), offer(4), message(5, '查余额', 'customer')]
  expect(chosen(messages, [])).toEqual({ m2: '/bill', m4: '/balance' })
})

test('a title the bot writes chooses nothing; one typed and still unsent does', () => {
  const messages = [offer(1), message(2, '查账单', 'bot')]
  expect(chosen(messages, [])).toEqual({})
  expect(chosen(messages, [], [{ seq: Infinity, sender: 'customer', text: '查账单' }])).toEqual({ m1: '/bill' })
})

test('presses are kept, seen by another tab, and an odd memory says nothing', () => {
  const storage = new MemoryStorage()
  const here = new Presses(storage, 'k')
  const there = new Presses(storage, 'k')
  expect(there.known).toEqual([])
  here.keep(press, 3)
  expect(there.known).toEqual([{ offer: 'm1', payload: '/bill', seq: 3 }])
  storage.setItem('k', '{"a":')
  expect(there.known).toEqual([])
})

test('where nothing may be stored they live as long as the page', () => {
  const presses = new Presses(new MemoryStorage(), 'k')
  presses.keep(press, 3)
  expect(presses.known).toHaveLength(1)
})
