/** How urgent a waiting time looks. */
export type Age = 'fresh' | 'late' | 'overdue'

/** After so many times the target the customer is about to leave. */
const OVERDUE_TARGETS = 3

/** Measured against the operator's own service level target, the one that the wall counts with. */
export function ageOf(waited_s: number, target_s: number): Age {
  if (waited_s >= OVERDUE_TARGETS * target_s) return 'overdue'
  return waited_s >= target_s ? 'late' : 'fresh'
}
