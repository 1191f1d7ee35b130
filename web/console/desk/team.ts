import { shallowRef, type ShallowRef } from 'vue'
import type { Colleague, FollowUp, Mention } from '../../shared/contract'
import type { AgentApi } from '../api'
import { hasRoom } from './rows'
import type { Thread } from './thread'

/** What a call answers; null when it failed, which was then reported. */
export type Attempt = <T>(call: Promise<T>) => Promise<T | null>

/** My colleagues: what they want of me, what I promised, and how I reach them. */
export class Team {
  /** Notes that mention me, newest first. */
  readonly mentions: ShallowRef<Mention[]> = shallowRef([])
  /** What I promised to do, earliest first. */
  readonly followUps: ShallowRef<FollowUp[]> = shallowRef([])

  constructor(
    private readonly api: AgentApi,
    private readonly attempt: Attempt,
  ) {}

  /** Who may be handed a conversation, those with room first; trainers serve nobody. */
  async transferTargets(): Promise<Colleague[]> {
    const rank = (one: Colleague): number => (hasRoom(one) ? 0 : 1)
    return (await this.everybodyElse()).filter((one) => one.role !== 'trainer').sort((a, b) => rank(a) - rank(b))
  }

  /** Whom a note may mention. */
  async everybodyElse(): Promise<Colleague[]> {
    return (await this.attempt(this.api.colleagues())) ?? []
  }

  async addNote(thread: Thread, text: string, mentions: string[], id: string): Promise<void> {
    await this.api.addNote(thread.id, text, mentions, id)
  }

  /** Answers how many supervisors were called. */
  async askForHelp(thread: Thread, text: string, id: string): Promise<number> {
    return this.api.askForHelp(thread.id, text, id)
  }

  async endFollowUp(followUp: FollowUp): Promise<void> {
    const ended = await this.attempt(this.api.endFollowUp(followUp.request_id).then(() => true))
    if (ended) this.followUps.value = this.followUps.value.filter((one) => one.request_id !== followUp.request_id)
  }
}
