import { expect, test } from 'vitest'
import type { Agent } from '../../shared/contract'
import { groupsForm, isSame, mayStaff, membersOf, planOf, problemsOf, type GroupsPlan } from './groupsForm'

const plan: GroupsPlan = {
  groups: {
    bills: { name: '账单组', queue_limit: 30, overflow: 'general', overflow_after_s: null },
    general: { name: '综合组', queue_limit: null, overflow: null, overflow_after_s: 90 },
  },
}

test('what is not touched comes back as it was, and what is typed is read as people write it', () => {
  const form = groupsForm(plan)
  expect(planOf(form)).toEqual(plan)
  expect(isSame(plan, groupsPlanOf(form))).toBe(true)
  form.bills = { name: ' 话费组 ', queue_limit: ' ５０', overflow: '', overflow_after_s: '60' }
  expect(planOf(form)?.groups.bills).toEqual({ name: '话费组', queue_limit: 50, overflow: null, overflow_after_s: 60 })
  expect(isSame(plan, groupsPlanOf(form))).toBe(false)
})

test.each([
  [{ name: ' ' }, 'name', '请填写'],
  [{ name: '组'.repeat(51) }, 'name', '最多 50 个字'],
  [{ queue_limit: '0' }, 'queue_limit', '1 到 100000'],
  [{ queue_limit: '3.5' }, 'queue_limit', '1 到 100000'],
  [{ queue_limit: '一百' }, 'queue_limit', '1 到 100000'],
  [{ overflow_after_s: '-5' }, 'overflow_after_s', '1 到 86400'],
  [{ overflow_after_s: '86401' }, 'overflow_after_s', '1 到 86400'],
])('%j is told at the field', (typed, field, why) => {
  const form = groupsForm(plan)
  Object.assign(form.bills ?? {}, typed)
  const problems = problemsOf(form)
  expect(Object.keys(problems)).toEqual(['bills'])
  expect(problems.bills).toEqual({ [field]: expect.stringContaining(why) as string })
  expect(planOf(form)).toBeNull()
})

test('two groups of the same name are told at the second', () => {
  const form = groupsForm(plan)
  Object.assign(form.bills ?? {}, { name: 'VIP' })
  Object.assign(form.general ?? {}, { name: ' vip ' })
  expect(problemsOf(form)).toEqual({ general: { name: expect.stringContaining('VIP') as string } })
})

test('who is there comes first, who serves all groups belongs to each, and supervisors move agents only', () => {
  const lin = agent('lin', { skill_groups: ['bills'], presence: 'offline' })
  const mei = agent('mei', { skill_groups: [], presence: 'break' })
  const wang = agent('wang', { skill_groups: ['bills'], presence: 'online', role: 'supervisor' })
  const chief = agent('chief', { role: 'administrator' })
  expect(membersOf([lin, mei, wang], 'bills').map(({ id }) => id)).toEqual(['wang', 'mei', 'lin'])
  expect(membersOf([lin, mei, wang], 'general').map(({ id }) => id)).toEqual(['mei'])
  expect([lin, wang, chief].map((one) => mayStaff(wang, one))).toEqual([true, false, false])
  expect([lin, wang, chief].map((one) => mayStaff(chief, one))).toEqual([true, true, true])
})

function groupsPlanOf(form: ReturnType<typeof groupsForm>): GroupsPlan {
  const found = planOf(form)
  if (found === null) throw new Error('something is wrong in the form')
  return found
}

function agent(id: string, more: Partial<Agent>): Agent {
  return { id, username: id, name: id, role: 'agent', skill_groups: [], presence: 'online', capacity: 5, disabled: false, active: 0, ...more }
}
