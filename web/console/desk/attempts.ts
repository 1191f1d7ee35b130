import { ApiError } from '../../shared/http'
import { errorText } from '../loaded'
import type { DeskEvents } from './events'

/** Calls that may fail without anything to be done about it but to say so. */
export class Attempts {
  constructor(private readonly events: Pick<DeskEvents, 'problem'>) {}

  /** What the call answers; null when it failed, which is then reported. */
  async attempt<T>(call: Promise<T>): Promise<T | null> {
    try {
      return await call
    } catch (error) {
      this.report(error)
      return null
    }
  }

  report(error: unknown): void {
    // Without a connection the banner says it already; a lost session leads to the login page.
    if (error instanceof ApiError && (error.status === 0 || error.status === 401)) return
    this.events.problem(errorText(error))
  }
}
