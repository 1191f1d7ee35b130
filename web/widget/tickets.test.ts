import { expect, test, vi } from 'vitest'
import type { TicketWish } from '../shared/contract'
import { FakeSocket, MemoryStorage } from '../shared/testing'
import { FakeService } from './fakeService'
import { beginAfresh, newClient, settle } from './testing'

/** Tickets on their way from the form to the service, and back as they stand. */
beginAfresh()

const WISH: TicketWish = { kind: 'callback', text: '退订套餐', phone: '13800138000', time_of_day: '下午', name: '王女士' }

function setUp(service = new FakeService(), storage = new MemoryStorage()) {
  return { service, storage, client: newClient({ storage, fetch: service.fetch }) }
}

async function open(service = new FakeService(), storage = new MemoryStorage()) {
  const page = setUp(service, storage)
  page.client.start()
  await settle()
  page.service.connect()
  await settle()
  return page
}

test('a form is sent as it was filled in, and the ticket is known at once', async () => {
  const { service, client } = await open()
  client.send('', { ticket: WISH })
  expect(client.state.pending).toMatchObject([{ ticket: WISH, status: 'sending' }])
  await settle()
  expect(service.wishes).toEqual([{ ...WISH, client_ticket_id: expect.any(String) as string }])
  expect(client.state.pending).toEqual([])
  expect(client.state.tickets).toMatchObject([{ number: 1, kind: 'callback', text: '退订套餐' }])
  expect(service.posts).toEqual([])
})

test('the first thing a customer does may be to leave a ticket', async () => {
  const { service, client } = setUp()
  client.send('', { ticket: WISH })
  await settle()
  expect(service.visits).toHaveLength(1)
  expect(service.wishes).toHaveLength(1)
})

test('without a network it waits, outlives the page and becomes one ticket', async () => {
  const service = new FakeService()
  const storage = new MemoryStorage()
  const before = await open(service, storage)
  service.down = true
  FakeSocket.last.drop()
  before.client.send('', { ticket: WISH })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(before.client.state.pending).toMatchObject([{ ticket: WISH, status: 'waiting' }])
  before.client.stop()

  const after = setUp(service, storage)
  expect(after.client.hasSession).toBe(true)
  after.client.start()
  await vi.advanceTimersByTimeAsync(2_000)
  service.down = false
  await vi.advanceTimersByTimeAsync(60_000)
  expect(service.wishes).toHaveLength(1)
  expect(after.client.state.pending).toEqual([])
  expect(storage.length).toBe(1) // the token
})

test('an answer that got lost on its way makes no second ticket', async () => {
  const service = new FakeService()
  const { fetch } = service
  let lost = 0
  service.fetch = async (input, init) => {
    const answer = await fetch(input, init)
    if (!input.endsWith('/tickets') || init?.method !== 'POST' || lost++ > 0) return answer
    throw new TypeError('the line broke')
  }
  const { client } = setUp(service)
  client.send('', { ticket: WISH })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(lost).toBe(2)
  expect(service.wishes).toHaveLength(1)
  expect(client.state.tickets).toHaveLength(1)
})

test('a refused ticket stays, with the reason, and holds up nothing', async () => {
  const { service, client } = await open()
  service.refuseTickets = '这个电话号码好像不对'
  client.send('', { ticket: WISH })
  client.send('在吗')
  await settle()
  expect(client.state.pending).toMatchObject([{ ticket: WISH, status: 'failed', error: '这个电话号码好像不对' }, { text: '在吗' }])
  expect(service.posts).toMatchObject([{ text: '在吗' }])
})

test('whatever the service tells of a ticket brings it up to date; so does a new connection', async () => {
  const { service, client } = await open()
  client.send('', { ticket: WISH })
  await settle()
  const [ticket] = service.tickets
  Object.assign(ticket ?? {}, { state: 'in_progress', owner_name: '李娜' })
  FakeSocket.last.deliver({ type: 'message', message: service.messages[0] })
  FakeSocket.last.deliver({ type: 'message', message: service.say('工单 1 由客服李娜负责到底', 'system') })
  await settle()
  expect(client.state.tickets).toMatchObject([{ state: 'in_progress', owner_name: '李娜' }])

  service.down = true
  FakeSocket.last.drop()
  await settle()
  service.down = false
  Object.assign(ticket ?? {}, { state: 'done', result: '已退订' })
  await vi.advanceTimersByTimeAsync(1_000)
  service.connect()
  await settle()
  expect(client.state.tickets).toMatchObject([{ state: 'done', result: '已退订' }])
})
