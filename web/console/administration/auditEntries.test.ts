import { expect, test } from 'vitest'
import { auditCsv, auditQuery, detailWords, type AuditEntry } from './auditEntries'

const nothing = { agent: '', action: '', conversation: ' ', from: '', to: '' }

test('only what was chosen is asked for, and the last day whole', () => {
  expect(auditQuery(nothing, null, 50)).toEqual({ limit: '50' })
  const query = auditQuery({ agent: 'a1', action: 'login', conversation: ' c1 ', from: '2026-11-24', to: '2026-11-24' }, '5-0', 10)
  expect(query).toMatchObject({ agent_id: 'a1', action: 'login', conversation_id: 'c1', cursor: '5-0' })
  expect(Number(query.to_ms) - Number(query.from_ms)).toBe(86_400_000)
  expect(new Date(Number(query.from_ms)).toISOString()).toBe('2026-11-23T16:00:00.000Z')
})

test('a file in Chinese, and a name that would run in a spreadsheet is text', () => {
  const entry: AuditEntry = {
    id: '1-0', at_ms: 0, action: 'refused', agent_id: 'a', agent_name: '=1+1', role: 'supervisor', conversation_id: null, subject: null, address: null,
    details: { permission: 'audit', odd: 'x', what: 'working_hours', role: 'trainer' },
  }
  expect(auditCsv([entry])).toContain("1970-01-01T00:00:00.000Z,'=1+1,班长,被拒绝的操作,,,,权限：audit；odd：x；内容：工作时间；角色：训练师\r\n")
  expect(auditCsv([{ ...entry, details: { what: 'conversation_read' } }])).toContain(',内容：查看会话\r\n')
})

test('who is meant is named where the name is known', () => {
  expect(detailWords({ to_agent: 'a_1', role: 'trainer' }, { a_1: '陈浩' })).toBe('转给：陈浩；角色：训练师')
  expect(detailWords({ to_agent: 'a_2' }, { a_1: '陈浩' })).toBe('转给：a_2')
})
