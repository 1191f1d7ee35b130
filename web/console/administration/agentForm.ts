import type { Role } from '../../shared/contract'
import type { components } from '../../shared/openapi'
import { texts } from '../texts'

export type AgentAccount = components['schemas']['AgentAccount']

export const ROLES: readonly Role[] = ['agent', 'supervisor', 'trainer', 'administrator']

/** As the service asks for. */
const USERNAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,31}$/
/** As many conversations as one agent may serve at once. */
export const MOST_AT_ONCE = 50

/** What is written in the dialog. */
export interface AgentForm {
  username: string
  name: string
  role: Role
  skill_groups: string[]
  capacity: number
}

export function formOf(account: AgentAccount | null): AgentForm {
  if (account === null) return { username: '', name: '', role: 'agent', skill_groups: [], capacity: 5 }
  const { username, name, role, skill_groups, capacity } = account
  return { username, name, role, skill_groups: [...skill_groups], capacity }
}

/** What must be mended first; null when nothing. */
export function problemOf(form: AgentForm, isNew: boolean): string | null {
  if (form.name.trim() === '' || form.username.trim() === '') return texts.agents.missing
  if (isNew && !USERNAME.test(form.username.trim())) return texts.agents.usernameWrong
  if (!isCapacity(form.capacity)) return texts.agents.capacityWrong(MOST_AT_ONCE)
  return null
}

/** Only what differs, so that two administrators undo nothing of each other. */
export function changesOf(form: AgentForm, before: AgentAccount): Partial<Omit<AgentForm, 'username'>> {
  const changes: Partial<Omit<AgentForm, 'username'>> = {}
  if (form.name.trim() !== before.name) changes.name = form.name.trim()
  if (form.role !== before.role) changes.role = form.role
  if (form.capacity !== before.capacity) changes.capacity = form.capacity
  if ([...form.skill_groups].sort().join() !== [...before.skill_groups].sort().join()) changes.skill_groups = form.skill_groups
  return changes
}

export interface AgentFilter {
  words: string
  role: Role | ''
  disabled: boolean
}

export function filtered(accounts: readonly AgentAccount[], { words, role, disabled }: AgentFilter): AgentAccount[] {
  const wanted = words.trim().toLowerCase()
  return accounts.filter((one) =>
    (disabled || !one.disabled) && (role === '' || one.role === role) && `${one.name}\n${one.username}`.toLowerCase().includes(wanted),
  )
}

export function isCapacity(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= MOST_AT_ONCE
}
