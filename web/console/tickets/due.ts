import type { AgentTicket } from '../../shared/contract'

/** How urgent a ticket looks: past its time, soon due, or neither. */
export type DueAge = 'fresh' | 'late' | 'overdue'

export const SOON_MS = 60 * 60_000

export function dueAge({ state, due_at_ms }: Pick<AgentTicket, 'state' | 'due_at_ms'>, now_ms: number): DueAge {
  if (state === 'done') return 'fresh'
  if (due_at_ms <= now_ms) return 'overdue'
  return due_at_ms - now_ms <= SOON_MS ? 'late' : 'fresh'
}

/** Digits as they are dialled. */
export function dialHref(phone: string): string {
  return `tel:${phone.replace(/[^\d+]/g, '')}`
}
