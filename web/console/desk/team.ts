import { shallowRef, type ShallowRef } from 'vue'
import type { Agent, Colleague, FollowUp, Mention } from '../../shared/contract'
import type { AgentApi } from '../api'
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
    private readonly me: () => Agent,
    private readonly attempt: Attempt,
  ) {}

  /** Everybody else at work, for those who may see them; the others transfer to groups. */
  async transferTargets(): Promise<Agent[]> {
    const me = this.me()
    if (me.role === 'agent') return []
    const all = (await this.attempt(this.api.agents())) ?? []
    return all.filter((one) => one.id !== me.id)
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
