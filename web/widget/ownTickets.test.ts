import { expect, test, vi } from 'vitest'
import type { CustomerTicket, TicketWish } from '../shared/contract'
import { message } from '../shared/testing'
import { OwnTickets, tellsOfTicket } from './ownTickets'
import type { Visitor } from './visitor'

const WISH: TicketWish = { kind: 'message', text: '断网', phone: null, time_of_day: '', name: '' }

function ticket(number: number, more: Partial<CustomerTicket> = {}): CustomerTicket {
  return { number, kind: 'message', state: 'new', text: '断网', phone_masked: '', owner_name: null, created_at_ms: number, due_at_ms: 9, result: '', ...more }
}

/** A service whose answers are given by hand. */
function setUp() {
  const calls: { method: string; body: unknown; give: (answer: unknown) => void; fail: () => void }[] = []
  const call = (method: string, _path: string, { body }: { body?: unknown }): Promise<unknown> =>
    new Promise((resolve, reject) => {
      calls.push({ method, body, give: resolve, fail: () => { reject(new Error('down')) } })
    })
  const onChange = vi.fn()
  const own = new OwnTickets({ call: call as Visitor['call'] }, onChange)
  const tick = () => new Promise((resolve) => setTimeout(resolve))
  return { own, calls, onChange, tick }
}

test('asks once for all who ask meanwhile, and once more for what may have changed since', async () => {
  const { own, calls, tick } = setUp()
  const first = own.refresh()
  const second = own.refresh()
  void own.refresh()
  expect(calls).toHaveLength(1)
  calls[0]?.give({ tickets: [ticket(1)] })
  await tick()
  expect(own.known).toBeNull()
  calls[1]?.give({ tickets: [ticket(1, { state: 'in_progress', owner_name: '李娜' })] })
  expect(await Promise.all([first, second])).toEqual([true, true])
  expect(own.known?.[0]?.owner_name).toBe('李娜')
  expect(calls).toHaveLength(2)
})

test('a list that was on its way when a ticket was opened does not hide it', async () => {
  const { own, calls, tick } = setUp()
  void own.refresh()
  const opening = own.open('w1', WISH)
  expect(calls[1]?.body).toEqual({ ...WISH, client_ticket_id: 'w1' })
  calls[1]?.give(ticket(1))
  await opening
  calls[0]?.give({ tickets: [] })
  await tick()
  expect(own.known?.map((one) => one.number)).toEqual([1])
  calls[2]?.give({ tickets: [ticket(1), ticket(2)] })
  await tick()
  expect(own.known?.map((one) => one.number)).toEqual([1, 2])
})

test('when the service does not answer, what is known stays, and it can be asked again', async () => {
  const { own, calls, tick } = setUp()
  const asked = own.refresh()
  calls[0]?.fail()
  expect(await asked).toBe(false)
  void own.refresh()
  calls[1]?.give({ tickets: [ticket(1)] })
  await tick()
  const again = own.refresh()
  calls[2]?.fail()
  expect(await again).toBe(false)
  expect(own.known).toHaveLength(1)
})

test('only what the service says of tickets is news of them', () => {
  expect(tellsOfTicket(message(1, '工单 3 已处理完成。', 'system'))).toBe(true)
  expect(tellsOfTicket(message(1, '您排在第 1 位', 'system'))).toBe(false)
  expect(tellsOfTicket(message(1, '我的工单呢', 'customer'))).toBe(false)
})
