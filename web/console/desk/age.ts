/** How urgent a waiting time looks. */
export type Age = 'fresh' | 'late' | 'overdue'

/** Most desks promise a person within a minute; after three the customer is about to leave. */
export const LATE_AFTER_S = 60
export const OVERDUE_AFTER_S = 180

export function ageOf(waited_s: number): Age {
  if (waited_s >= OVERDUE_AFTER_S) return 'overdue'
  return waited_s >= LATE_AFTER_S ? 'late' : 'fresh'
}
