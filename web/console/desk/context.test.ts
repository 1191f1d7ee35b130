import { expect, test } from 'vitest'
import type { AgentConversation } from '../../shared/contract'
import { message } from '../../shared/testing'
import { context, conversation, handoffRequest, turn } from '../testing'
import { articlesTried, details, explain } from './context'

const bill = turn({ intent_ranking: [{ name: 'query_bill', confidence: 0.7 }], articles: [{ article_id: 'a', title: 'A', score: 0.4 }, { article_id: 'b', title: 'B', score: 0.6 }] })

function about(more: Partial<AgentConversation> = {}): AgentConversation {
  const chitchat = turn({ intent_ranking: [{ name: 'chitchat', confidence: 0.2 }] })
  return conversation({ messages: [1, 2, 3, 4, 5].map((seq) => message(seq, `话 ${String(seq)}`, 'customer')), understanding: { 1: bill, 3: chitchat, 5: turn() }, ...more })
}

test('explains the last message in which an intent was found', () => {
  expect(explain(about(), null)?.message?.seq).toBe(3)
})

test('explains the message that was chosen', () => {
  expect(explain(about(), 1)).toMatchObject({ message: { seq: 1 }, turn: bill })
  expect(explain(about(), 5)?.message?.seq).toBe(5)
})

test('falls back to what the handoff request says, and to nothing', () => {
  const found = context({ intent_ranking: bill.intent_ranking })
  const request = handoffRequest({ context: found })
  expect(explain(about({ understanding: {}, request }), null)).toEqual({ message: null, turn: found })
  expect(explain(about({ understanding: {} }), null)).toBeNull()
})

test('lists entities and slots in words, once each, without the dialogue machinery', () => {
  const found = turn({ entities: [{ entity: 'month', value: '上个月' }, { entity: 'amount', value: 30 }] })
  const known = context({ slots: { month: '上个月', next_step: 'handoff', failed_turns: 2, unknown_slot: ['甲', '乙'], empty: null, flag: true } })
  expect(details(found, known)).toEqual([
    { name: '月份', value: '上个月' },
    { name: '金额', value: '30' },
    { name: 'unknown_slot', value: '甲、乙' },
    { name: 'flag', value: '是' },
  ])
})

test('articles of the turn, best first, else those of the handoff', () => {
  expect(articlesTried(bill, undefined).map((one) => one.article_id)).toEqual(['b', 'a'])
  expect(articlesTried(turn(), context({ articles: bill.articles })).map((one) => one.article_id)).toEqual(['b', 'a'])
  expect(articlesTried(null, undefined)).toEqual([])
})
