import { upload } from '../shared/attachments'
import type {
  Agent,
  AgentConversation,
  AgentConversationSummary,
  ArticleUse,
  Attachment,
  Colleague,
  CustomerDetails,
  CustomerRecord,
  DeadLetter,
  Contacts,
  FollowUp,
  KnowledgeFound,
  Presence,
  ReferenceData,
  RequestSummary,
  Revealed,
  RevealReason,
  Stored,
} from '../shared/contract'
import { ApiError, callJson, callText, type Fetch } from '../shared/http'
import { filled, type Answer, type Body, type Method, type PathWith } from '../shared/typedCall'
import { saidOf } from './texts'

const NETWORK_TIMEOUT_MS = 12_000

export interface LoginAnswer {
  token: string
  expires_at_ms: number
  refresh_token: string
  refresh_expires_at_ms: number
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
  #isOver = false

  constructor(
    private readonly fetch: Fetch,
    private readonly networkText: string,
    /** The present token; null until logged in. */
    private readonly token: () => string | null,
    /** Called once when the service says the session is over. */
    private readonly onExpired: () => void,
    /** A new token in place of one that was refused; null when the session is over. */
    private readonly renew: (used: string) => Promise<string | null> = () => Promise.resolve(null),
  ) {}

  /** Once. */
  #end(): void {
    if (!this.#isOver) this.onExpired()
    this.#isOver = true
  }

  async login(username: string, password: string): Promise<LoginAnswer> {
    return this.call('post', '/api/v1/agent/login', { body: { username, password } })
  }

  async logout(): Promise<void> {
    await this.call('post', '/api/v1/agent/logout')
  }

  async me(): Promise<Agent> {
    return this.call('get', '/api/v1/agent/me')
  }

  async setPresence(presence: Presence): Promise<Agent> {
    return this.call('put', '/api/v1/agent/presence', { body: { presence } })
  }

  async queue(): Promise<RequestSummary[]> {
    return (await this.call('get', '/api/v1/agent/queue')).requests
  }

  async claim(request_id: string): Promise<AgentConversation> {
    return (await this.call('post', '/api/v1/agent/queue/{request_id}/claim', { parameters: { request_id } })).conversation
  }

  async conversations(): Promise<AgentConversationSummary[]> {
    return (await this.call('get', '/api/v1/agent/conversations')).conversations
  }

  /** Of its messages only those after a number. */
  async conversation(conversation_id: string, after = 0): Promise<AgentConversation> {
    return this.call('get', '/api/v1/agent/conversations/{conversation_id}', { parameters: { conversation_id }, query: { after: String(after) } })
  }

  async reply(
    conversation_id: string,
    text: string,
    client_message_id: string,
    attachments: readonly string[] = [],
    articles: readonly ArticleUse[] = [],
  ): Promise<Stored> {
    const body = { text, client_message_id, attachments: [...attachments], articles: [...articles] }
    return this.call('post', '/api/v1/agent/conversations/{conversation_id}/messages', { parameters: { conversation_id }, body })
  }

  /** What agents wrote down about the customer. */
  async customerRecord(conversation_id: string): Promise<CustomerRecord> {
    return this.call('get', '/api/v1/agent/conversations/{conversation_id}/customer', { parameters: { conversation_id } })
  }

  async changeCustomer(conversation_id: string, body: CustomerDetails): Promise<CustomerDetails> {
    return this.call('put', '/api/v1/agent/conversations/{conversation_id}/customer', { parameters: { conversation_id }, body })
  }

  /** Whole numbers where all else is masked; the service records who asked for them and why. */
  async reveal(conversation_id: string, reason: RevealReason): Promise<Revealed> {
    return this.call('post', '/api/v1/agent/conversations/{conversation_id}/reveal', { parameters: { conversation_id }, body: { reason } })
  }

  /** What could not be delivered on WeChat; null where no account is configured. */
  async deadLetters(): Promise<DeadLetter[] | null> {
    try {
      return (await this.channelCall<{ dead_letters: DeadLetter[] }>('GET', 'dead-letters')).dead_letters
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null
      throw error
    }
  }

  async resend(letter_id: string): Promise<void> {
    await this.channelCall('POST', `dead-letters/${encodeURIComponent(letter_id)}/resend`)
  }

  upload(conversation_id: string, file: File): Promise<Attachment> {
    const url = `/api/v1/agent/conversations/${encodeURIComponent(conversation_id)}/attachments`
    return this.#signedIn((token) => upload(this.fetch, url, token, file, this.networkText))
  }

  /** Ends the service of this request; repeated too late, it ends no other one. */
  async close(conversation_id: string, request_id: string | null, wrapup: Wrapup): Promise<void> {
    const body = { ...wrapup, request_id }
    await this.call('post', '/api/v1/agent/conversations/{conversation_id}/close', { parameters: { conversation_id }, body })
  }

  async addNote(conversation_id: string, text: string, mentions: string[], client_note_id: string): Promise<void> {
    const body = { text, mentions, client_note_id }
    await this.call('post', '/api/v1/agent/conversations/{conversation_id}/notes', { parameters: { conversation_id }, body })
  }

  /** Answers how many supervisors are online and were told. */
  async askForHelp(conversation_id: string, text: string, client_note_id: string): Promise<number> {
    const body = { text, client_note_id }
    return (await this.call('post', '/api/v1/agent/conversations/{conversation_id}/help', { parameters: { conversation_id }, body })).supervisors
  }

  /** Everybody else, whatever their role. */
  async colleagues(): Promise<Colleague[]> {
    return (await this.call('get', '/api/v1/agent/colleagues')).colleagues
  }

  /** Articles for the query, or for the customer's last message when it is empty. */
  async knowledge(conversation_id: string, query: string): Promise<KnowledgeFound> {
    return this.call('get', '/api/v1/agent/knowledge', { query: { conversation_id, q: query } })
  }

  /** When people served the same customer before. */
  async contacts(conversation_id: string): Promise<Contacts> {
    return this.call('get', '/api/v1/agent/conversations/{conversation_id}/contacts', { parameters: { conversation_id } })
  }

  async followUps(): Promise<FollowUp[]> {
    return (await this.call('get', '/api/v1/agent/follow-ups')).follow_ups
  }

  async endFollowUp(request_id: string): Promise<void> {
    await this.call('post', '/api/v1/agent/follow-ups/{request_id}/done', { parameters: { request_id } })
  }

  async transfer(conversation_id: string, request_id: string | null, to: TransferTarget, reason: string): Promise<void> {
    const body = { ...to, reason, request_id }
    await this.call('post', '/api/v1/agent/conversations/{conversation_id}/transfer', { parameters: { conversation_id }, body })
  }

  /** Supervisors only. */
  async agents(): Promise<Agent[]> {
    return (await this.call('get', '/api/v1/agents')).agents
  }

  async reference(): Promise<ReferenceData> {
    return this.call('get', '/api/v1/agent/reference')
  }

  /** A channel's own calls: they exist only where the channel is configured, so the description does not have them. */
  private channelCall<T>(method: string, path: string): Promise<T> {
    return this.#signedIn((token) => {
      const options = { method, token, timeout_ms: NETWORK_TIMEOUT_MS }
      return callJson<T>(this.fetch, `/api/v1/channels/wechat/${path}`, options, this.networkText)
    })
  }

  /** Any call of the service, typed by its method and path. */
  async call<M extends Method, P extends PathWith<M>>(
    method: M,
    path: P,
    { parameters, query, body }: { parameters?: Readonly<Record<string, string>>; query?: Readonly<Record<string, string>>; body?: Body<M, P> } = {},
  ): Promise<Answer<M, P>> {
    const address = filled(path, parameters) + (query ? `?${new URLSearchParams(query).toString()}` : '')
    return this.#signedIn((token) => {
      const options = { method: method.toUpperCase(), body, token, timeout_ms: NETWORK_TIMEOUT_MS }
      return callJson<Answer<M, P>>(this.fetch, address, options, this.networkText)
    })
  }

  /** A file of the service as text. */
  async text(path: PathWith<'get'>): Promise<string> {
    return this.#signedIn((token) => callText(this.fetch, path, token, this.networkText))
  }

  /** Every call goes through here: what goes wrong is said in the agent's language. */
  async #signedIn<T>(ask: (token: string | null) => Promise<T>): Promise<T> {
    try {
      return await this.#renewing(ask)
    } catch (error) {
      throw error instanceof ApiError ? new ApiError(error.status, { ...error.body, message: saidOf(error.body) }) : error
    }
  }

  /** Asks with the present token, and once more with a new one when it was refused. */
  async #renewing<T>(ask: (token: string | null) => Promise<T>): Promise<T> {
    const token = this.token()
    try {
      return await ask(token)
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401 && token !== null) || this.#isOver) throw error
      const renewed = await this.renew(token)
      if (renewed !== null) return ask(renewed)
      // Several calls may find out at once.
      this.#end()
      throw error
    }
  }
}
