export const FIRST_DELAY_MS = 500
export const LONGEST_DELAY_MS = 30_000

/**
 * Wait before attempt number `attempt` (0 is the first retry): doubling, with "equal jitter", so that a
 * restarted service is not met by every customer in the same second.
 */
export function backoffDelayMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 16))
  return ceiling / 2 + random() * (ceiling / 2)
}
