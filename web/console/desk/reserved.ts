import type { RequestSummary } from '../../shared/contract'

/**
 * How many seconds a request is still kept for another agent; 0 when it may be claimed.
 *
 * The page counts for itself, so that nobody has to be told when the time is over.
 */
export function reserved_s(request: RequestSummary, serviceNow_ms: number): number {
  return request.reserved ? Math.max(0, Math.ceil((request.reserved.until_ms - serviceNow_ms) / 1000)) : 0
}
