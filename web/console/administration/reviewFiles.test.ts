import { expect, test } from 'vitest'
import { answersCsv, ratingsCsv, suggestionYaml, type Rating, type ReviewedAnswer } from './reviewFiles'

const row = (question: string, article_id: string | null, more: Partial<ReviewedAnswer> = {}): ReviewedAnswer => ({
  conversation_id: 'c1', seq: 2, at_ms: 0, helpful: false, question, answer: '答', intent: 'query_bill', article_id, article_title: article_id && '话费: 变多', score: 0.5, ...more,
})

test('questions stand with their article, each once, and nothing people type breaks the file', () => {
  const written = suggestionYaml([row('话费咋多了', 'bill-high'), row('话费咋多了', 'bill-high'), row('"]\n- id: x #', 'bill-high'), row('yes', 'bill-high'), row('这个不懂', null), row(' ', 'bill-low')])
  expect(written.split('\n').slice(2)).toEqual([
    'articles:',
    '  - id: bill-high',
    '    title: "话费: 变多"',
    '    similar:',
    '      - 话费咋多了',
    '      - "\\"] - id: x #"',
    '      - "yes"',
    '',
    '# 没有命中条目的问题，可以考虑新建条目：',
    '# - 这个不懂',
    '',
  ])
})

test('what a customer typed cannot run in a spreadsheet', () => {
  expect(answersCsv([row('=cmd()', null)])).toContain("否,'=cmd(),答,查账单,,,0.5,c1\r\n")
  const rating: Rating = {
    request_id: 'r', conversation_id: 'c1', at_ms: 0, score: 1, comment: '+太慢', agent_name: null, skill_group: 'bills', disposition: 'solved', resolved: false,
  }
  expect(ratingsCsv([rating], { bills: '话费', solved: '已解决' })).toContain("1,'+太慢,,话费,已解决,否,c1\r\n")
})
