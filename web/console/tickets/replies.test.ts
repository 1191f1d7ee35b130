import { expect, test } from 'vitest'
import type { AgentTicket } from '../../shared/contract'
import { replyMarks, replySeqs, unreadSeqs } from './replies'

const changes = [
  { kind: 'taken', seq: null },
  { kind: 'replied', seq: 5 },
  { kind: 'handed', seq: null },
  { kind: 'replied', seq: 9 },
] as AgentTicket['changes']

test('replies are the messages the history names, the unread ones the last of them', () => {
  expect(replySeqs({ changes })).toEqual([5, 9])
  expect(unreadSeqs({ changes, unread: 1 })).toEqual([9])
  expect(unreadSeqs({ changes, unread: 0 })).toEqual([])
})

test('fresh replies are marked apart from those read before', () => {
  const marks = replyMarks({ changes }, new Set([9]))
  expect([...marks].map(([seq, { text, fresh }]) => [seq, text, fresh])).toEqual([
    [5, '回复工单', false],
    [9, '新回复', true],
  ])
})
