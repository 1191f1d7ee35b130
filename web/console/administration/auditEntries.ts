import type { components } from '../../shared/openapi'
import { csv } from '../files/csv'
import { named, texts } from '../texts'
import { midnight_ms, nextDay } from '../time'

export type AuditEntry = components['schemas']['AuditEntry']

/** As the fields hold it; days as `2026-11-25`. */
export interface AuditFilter {
  agent: string
  action: string
  conversation: string
  from: string
  to: string
}

const DAY = /^\d{4}-\d\d-\d\d$/

/** What is asked of the service; the last day is asked for whole. */
export function auditQuery(filter: AuditFilter, cursor: string | null, limit: number): Record<string, string> {
  const query: Record<string, string> = { limit: String(limit) }
  if (filter.agent) query.agent_id = filter.agent
  if (filter.action) query.action = filter.action
  if (filter.conversation.trim()) query.conversation_id = filter.conversation.trim()
  if (DAY.test(filter.from)) query.from_ms = String(midnight_ms(filter.from))
  if (DAY.test(filter.to)) query.to_ms = String(midnight_ms(nextDay(filter.to)))
  if (cursor !== null) query.cursor = cursor
  return query
}

/** `known`: the names of agents and groups by their ids. */
export function detailWords(details: Readonly<Record<string, string>>, known: Readonly<Record<string, string>> = {}): string {
  const words = Object.entries(details).map(([name, value]) => texts.labelled(texts.audit.detailNames[name] ?? name, known[value] ?? valueWord(name, value)))
  return texts.clauses(words)
}

export function auditCsv(entries: readonly AuditEntry[]): string {
  const rows = entries.map((one) => [
    new Date(one.at_ms).toISOString(),
    one.agent_name,
    named(texts.roles, one.role),
    named(texts.audit.actions, one.action),
    one.conversation_id,
    one.subject,
    one.address,
    detailWords(one.details),
  ])
  return csv([texts.audit.columns, ...rows])
}

function valueWord(name: string, value: string): string {
  const what = { ...texts.audit.actions, ...texts.audit.settings }
  const names: Record<string, Record<string, string>> = { channel: texts.channels, role: texts.roles, what }
  return named(names[name] ?? {}, value)
}
