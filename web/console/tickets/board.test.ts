import { expect, test } from 'vitest'
import type { AgentTicket } from '../../shared/contract'
import { ApiError } from '../../shared/http'
import type { AgentApi } from '../api'
import { TicketBoard } from './board'
import { dialHref, dueAge, SOON_MS } from './due'

const COUNTS = { new: 2, mine: 0, in_progress: 0, overdue: 0 }

function ticket(number: number, more: Partial<AgentTicket> = {}): AgentTicket {
  return { id: `t${String(number)}`, number, kind: 'message', state: 'new', skill_group: 'general', changes: [], ...more } as AgentTicket
}

/** Answers calls from `lists` (one a read) and `moves` (one a change); remembers what was asked. */
function service(lists: AgentTicket[][], moves: (AgentTicket | Error)[] = []) {
  const asked: string[] = []
  const api = {
    call: (method: string, path: string, { query }: { query?: Record<string, string> } = {}) => {
      asked.push(`${method} ${path}${query ? `?${new URLSearchParams(query).toString()}` : ''}`)
      if (path === '/api/v1/agent/tickets') return Promise.resolve({ tickets: lists.length > 1 ? lists.shift() : lists[0], counts: COUNTS })
      const move = moves.shift()
      return move instanceof Error ? Promise.reject(move) : Promise.resolve(move)
    },
  }
  return { board: new TicketBoard(api as unknown as AgentApi), asked }
}

test('a ticket is due in time, soon, or overdue; a done one is nothing of it', () => {
  expect(dueAge({ state: 'new', due_at_ms: SOON_MS + 1 }, 0)).toBe('fresh')
  expect(dueAge({ state: 'new', due_at_ms: SOON_MS }, 0)).toBe('late')
  expect(dueAge({ state: 'in_progress', due_at_ms: 5 }, 5)).toBe('overdue')
  expect(dueAge({ state: 'done', due_at_ms: 5 }, 9)).toBe('fresh')
})

test('a number is dialled as digits', () => {
  expect(dialHref('010-1234 5678')).toBe('tel:01012345678')
  expect(dialHref('1;phone-context=x')).toBe('tel:1')
})

test('arrows go through the list and stop at its ends', async () => {
  const { board } = service([[ticket(1), ticket(2)]])
  await board.refresh()
  board.step(1)
  expect(board.open.value?.number).toBe(1)
  board.step(1)
  board.step(1)
  expect(board.open.value?.number).toBe(2)
  board.step(-1)
  expect(board.open.value?.number).toBe(1)
})

test('who loses the race sees the ticket as it is now', async () => {
  const mine = ticket(1)
  const taken = ticket(1, { state: 'in_progress', owner_name: '王芳' })
  const { board, asked } = service([[mine], []], [new ApiError(409, { code: 'ticket_taken', message: '这个工单由王芳负责。' }), taken])
  await board.refresh()
  board.choose(mine)
  await expect(board.take(mine)).rejects.toThrow('王芳')
  expect(board.open.value?.owner_name).toBe('王芳')
  expect(asked.at(-1)).toBe('get /api/v1/agent/tickets/{ticket_id}')
})

test('the list of a group is asked for; an answer that comes late does not win', async () => {
  const { board, asked } = service([[ticket(1)]])
  board.group.value = 'network'
  const late = board.refresh()
  board.group.value = null
  await Promise.all([late, board.show('mine')])
  expect(asked).toEqual(['get /api/v1/agent/tickets?state=new&skill_group=network', 'get /api/v1/agent/tickets?mine=true'])
  expect(board.tickets.value?.length).toBe(1)
})
