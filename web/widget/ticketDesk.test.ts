import { expect, test, vi } from 'vitest'
import { MemoryStorage } from '../shared/testing'
import { TicketDesk } from './ticketDesk'
import { wishOf } from './ticketForm'

function desk(storage = new MemoryStorage(), identityToken: string | null = null) {
  const leave = vi.fn()
  return { leave, desk: new TicketDesk({ server: 'https://service.example/', identityToken, storage, leave, refresh: () => Promise.resolve(true) }) }
}

test('a half-filled form outlives the page, and is there again whichever kind is chosen then', () => {
  const storage = new MemoryStorage()
  const before = desk(storage).desk
  expect(before.wasOpen).toBe(false)
  before.keep({ ...before.form('message'), text: '宽带断了', phone: '138' })
  const after = desk(storage).desk
  expect(after.wasOpen).toBe(true)
  expect(after.form(null)).toMatchObject({ kind: 'message', text: '宽带断了', phone: '138' })
  expect(after.form('callback')).toMatchObject({ kind: 'callback', text: '宽带断了', phone: '138' })
  after.putAway()
  const later = desk(storage).desk
  expect([later.wasOpen, later.form(null).text]).toEqual([false, '宽带断了'])
})

test('what was sent is kept no longer', () => {
  const storage = new MemoryStorage()
  const { desk: one, leave } = desk(storage)
  const wish = wishOf({ ...one.form('message'), text: '宽带断了' })
  one.keep(one.form('message'))
  one.leave(wish)
  expect(leave).toHaveBeenCalledExactlyOnceWith(wish)
  expect(storage.length).toBe(0)
  expect(one.form(null).text).toBe('')
})

test('who is logged in need not type name and number, and does not see what another customer wrote', () => {
  const storage = new MemoryStorage()
  const token = (claims: object) => `x.${btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(claims))))}.x`
  desk(storage).desk.keep({ kind: 'message', text: '别人的', phone: '', time: '都可以', name: '' })
  const known = desk(storage, token({ sub: 'C1', name: '李建国', phone: '13900001002' })).desk
  expect(known.form('callback')).toEqual({ kind: 'callback', text: '', phone: '13900001002', time: '都可以', name: '李建国' })
})
