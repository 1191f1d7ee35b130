import { expect, test } from 'vitest'
import { changesOf, filtered, formOf, problemOf, type AgentAccount } from './agentForm'

const lin: AgentAccount = {
  id: 'a1', username: 'lin', name: '林静', role: 'agent', skill_groups: ['bills', 'network'], capacity: 5, presence: 'online',
  disabled: false, active: 1, last_seen_ms: 1, sessions: 1,
}

test('only what differs is sent', () => {
  expect(changesOf(formOf(lin), lin)).toEqual({})
  expect(changesOf({ ...formOf(lin), skill_groups: ['network', 'bills'] }, lin)).toEqual({})
  expect(changesOf({ ...formOf(lin), name: ' 林小静 ', capacity: 8, skill_groups: [] }, lin)).toEqual({ name: '林小静', capacity: 8, skill_groups: [] })
})

test('what the service would refuse is told before', () => {
  const form = { ...formOf(null), name: '王芳', username: 'wang.fang' }
  expect(problemOf(form, true)).toBeNull()
  for (const wrong of [{ name: ' ' }, { username: '王芳' }, { username: 'x' }, { capacity: 0 }, { capacity: 2.5 }, { capacity: NaN }, { capacity: 51 }]) {
    expect(problemOf({ ...form, ...wrong }, true)).toBeTruthy()
  }
})

test('found by name or user name, role, and only those who work here unless asked for', () => {
  const gone = { ...lin, id: 'a2', username: 'old', name: '周明', disabled: true }
  const boss = { ...lin, id: 'a3', username: 'boss', name: '赵磊', role: 'supervisor' as const }
  const all = [lin, gone, boss]
  expect(filtered(all, { words: '', role: '', disabled: false })).toEqual([lin, boss])
  expect(filtered(all, { words: 'OLD', role: '', disabled: true })).toEqual([gone])
  expect(filtered(all, { words: '赵', role: 'agent', disabled: true })).toEqual([])
})
