import type { Agent } from '../../shared/contract'
import type { components } from '../../shared/openapi'
import { texts } from '../texts'

export type GroupsAnswer = components['schemas']['SkillGroupsAnswer']
export type GroupsPlan = GroupsAnswer['plan']
type GroupPlan = GroupsPlan['groups'][string]

/** A group as it is typed; an empty number is the one that holds for all. */
export interface GroupForm {
  name: string
  queue_limit: string
  /** Empty: nobody helps out. */
  overflow: string
  overflow_after_s: string
}

export type GroupsForm = Record<string, GroupForm>
export type Problems = Partial<Record<keyof GroupForm, string>>

/** As the service allows. */
const LONGEST_NAME = 50
const MOST_WAITING = 100_000
const LONGEST_WAIT_S = 24 * 3600

export function groupsForm(plan: GroupsPlan): GroupsForm {
  return Object.fromEntries(Object.entries(plan.groups).map(([id, group]) => [id, formOf(group)]))
}

/** What must be mended, by group; groups in which nothing is wrong are left out. */
export function problemsOf(form: GroupsForm): Record<string, Problems> {
  const found: Record<string, Problems> = {}
  const named = new Map<string, string>()
  for (const [id, { name, queue_limit, overflow_after_s }] of Object.entries(form)) {
    const problems: Problems = {}
    const key = name.trim().toLowerCase()
    const first = named.get(key)
    if (key === '') problems.name = texts.skillGroups.nameMissing
    else if (name.trim().length > LONGEST_NAME) problems.name = texts.skillGroups.nameLong(LONGEST_NAME)
    else if (first !== undefined) problems.name = texts.skillGroups.nameTaken(first)
    named.set(key, first ?? name.trim())
    if (numberOf(queue_limit, MOST_WAITING) === undefined) problems.queue_limit = texts.skillGroups.numberWrong(MOST_WAITING)
    if (numberOf(overflow_after_s, LONGEST_WAIT_S) === undefined) problems.overflow_after_s = texts.skillGroups.numberWrong(LONGEST_WAIT_S)
    if (Object.keys(problems).length > 0) found[id] = problems
  }
  return found
}

/** What the form stands for; null while something in it is wrong. */
export function planOf(form: GroupsForm): GroupsPlan | null {
  if (Object.keys(problemsOf(form)).length > 0) return null
  return {
    groups: Object.fromEntries(
      Object.entries(form).map(([id, { name, queue_limit, overflow, overflow_after_s }]) => [
        id,
        {
          name: name.trim(),
          queue_limit: numberOf(queue_limit, MOST_WAITING) ?? null,
          overflow: overflow || null,
          overflow_after_s: numberOf(overflow_after_s, LONGEST_WAIT_S) ?? null,
        },
      ]),
    ),
  }
}

export function isSame(one: GroupsPlan, other: GroupsPlan): boolean {
  return JSON.stringify(groupsForm(one)) === JSON.stringify(groupsForm(other))
}

/** Who serves a group, those who are there first. */
export function membersOf(agents: readonly Agent[], group: string): Agent[] {
  const rank = ['online', 'break', 'offline']
  return agents.filter((one) => serves(one, group)).sort((one, other) => rank.indexOf(one.presence) - rank.indexOf(other.presence))
}

export function serves({ skill_groups }: Agent, group: string): boolean {
  return skill_groups.length === 0 || skill_groups.includes(group)
}

/** Whose groups and capacity this person may change: supervisors those of agents, administrators everybody's. */
export function mayStaff(by: Agent, agent: Agent): boolean {
  return by.role === 'administrator' || (by.role === 'supervisor' && agent.role === 'agent')
}

function formOf({ name, queue_limit, overflow, overflow_after_s }: GroupPlan): GroupForm {
  return { name, queue_limit: String(queue_limit ?? ''), overflow: overflow ?? '', overflow_after_s: String(overflow_after_s ?? '') }
}

/** Null for none; undefined for what is no whole number from 1 to `most`. Wide digits are digits. */
function numberOf(typed: string, most: number): number | null | undefined {
  const text = typed.normalize('NFKC').trim()
  if (text === '') return null
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0
  return number >= 1 && number <= most ? number : undefined
}
