import type {
  Agent,
  AgentConversation,
  AgentConversationSummary,
  Colleague,
  FollowUp,
  Presence,
  ReferenceData,
  RequestSummary,
  Stored,
} from '../shared/contract'
import { ApiError, callJson, type Fetch } from '../shared/http'

const NETWORK_TIMEOUT_MS = 12_000

export interface LoginAnswer {
  token: string
  expires_at_ms: number
  agent: Agent
}

export interface Wrapup {
  disposition: string
  summary?: string
  resolved: boolean
  follow_up?: { what: string; due_at_ms: number }
}

/** Where a conversation goes: into a group's queue or into one agent's hands. */
export type TransferTarget = { skill_group: string } | { agent_id: string }

/** The agent API (docs/architecture.md, "Agent API"), one method a call. */
export class AgentApi {
  constructor(
    private readonly fetch: Fetch,
    private readonly networkText: string,
    /** Null until logged in. */
    private token: string | null,
    /** Called once when the service says the session is over. */
    private readonly onExpired: () => void,
  ) {}

  async login(username: string, password: string): Promise<LoginAnswer> {
    return callJson(this.fetch, '/api/v1/agent/login', { body: { username, password } }, this.networkText)
  }

  async logout(): Promise<void> {
    await this.call('agent/logout', { method: 'POST' })
  }

  async me(): Promise<Agent> {
    return this.call('agent/me')
  }

  async setPresence(presence: Presence): Promise<Agent> {
    return this.call('agent/presence', { method: 'PUT', body: { presence } })
  }

  async queue(): Promise<RequestSummary[]> {
    return (await this.call<{ requests: RequestSummary[] }>('agent/queue')).requests
  }

  async claim(request_id: string): Promise<AgentConversation> {
    const path = `agent/queue/${encodeURIComponent(request_id)}/claim`
    return (await this.call<{ conversation: AgentConversation }>(path, { method: 'POST' })).conversation
  }

  async conversations(): Promise<AgentConversationSummary[]> {
    return (await this.call<{ conversations: AgentConversationSummary[] }>('agent/conversations')).conversations
  }

  async conversation(id: string): Promise<AgentConversation> {
    const answer = await this.call<AgentConversation | { conversation: AgentConversation }>(`agent/conversations/${encodeURIComponent(id)}`)
    return 'conversation' in answer ? answer.conversation : answer
  }

  async reply(id: string, text: string, client_message_id: string): Promise<Stored> {
    return this.call(`agent/conversations/${encodeURIComponent(id)}/messages`, { body: { text, client_message_id } })
  }

  async close(id: string, wrapup: Wrapup): Promise<void> {
    await this.call(`agent/conversations/${encodeURIComponent(id)}/close`, { body: wrapup })
  }

  async addNote(id: string, text: string, mentions: string[], client_note_id: string): Promise<void> {
    await this.call(`agent/conversations/${encodeURIComponent(id)}/notes`, { body: { text, mentions, client_note_id } })
  }

  /** Answers how many supervisors are online and were told. */
  async askForHelp(id: string, text: string, client_note_id: string): Promise<number> {
    const path = `agent/conversations/${encodeURIComponent(id)}/help`
    return (await this.call<{ supervisors: number }>(path, { body: { text, client_note_id } })).supervisors
  }

  /** Everybody else, whatever their role. */
  async colleagues(): Promise<Colleague[]> {
    return (await this.call<{ colleagues: Colleague[] }>('agent/colleagues')).colleagues
  }

  async followUps(): Promise<FollowUp[]> {
    return (await this.call<{ follow_ups: FollowUp[] }>('agent/follow-ups')).follow_ups
  }

  async endFollowUp(request_id: string): Promise<void> {
    await this.call(`agent/follow-ups/${encodeURIComponent(request_id)}/done`, { method: 'POST' })
  }

  async transfer(id: string, to: TransferTarget, reason: string): Promise<void> {
    await this.call(`agent/conversations/${encodeURIComponent(id)}/transfer`, { body: { ...to, reason } })
  }

  /** Supervisors only. */
  async agents(): Promise<Agent[]> {
    return (await this.call<{ agents: Agent[] }>('agents')).agents
  }

  async reference(): Promise<ReferenceData> {
    return this.call('agent/reference')
  }

  private async call<T>(path: string, options: { method?: string; body?: unknown } = {}): Promise<T> {
    const { token } = this
    try {
      return await callJson<T>(this.fetch, `/api/v1/${path}`, { ...options, token, timeout_ms: NETWORK_TIMEOUT_MS }, this.networkText)
    } catch (error) {
      if (error instanceof ApiError && error.status === 401 && this.token === token && token !== null) {
        this.token = null
        this.onExpired()
      }
      throw error
    }
  }
}
