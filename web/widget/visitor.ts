import { attachmentUrl, placeholder, upload } from '../shared/attachments'
import type { Attachment, ConversationView, FeedbackStored, MessagesPage, Stored } from '../shared/contract'
import type { Letter } from '../shared/courier'
import { ApiError, callJson, type Fetch } from '../shared/http'
import { asQuery, filled, type Answer, type Method, type Parts, type PathWith } from '../shared/typedCall'
import { read, storagePrefix, write, type KeyValue } from './session'

/** An upload waits so long for the conversation to begin. */
const SESSION_TRIES = 50
const SESSION_WAIT_MS = 100
/** Its own kind of call: the body is the file. */
const ATTACHMENTS = '/api/v1/conversation/attachments' satisfies PathWith<'post'>
/** Beside the description, which knows no WebSockets. */
const STREAM = '/api/v1/conversation/stream'
/** Larger than any message number: asks for the conversation's state alone. */
const NO_MESSAGES = 2 ** 31 - 1

export interface VisitorOptions {
  /** Ends with a slash. */
  server: string
  identityToken: string | null
  storage: KeyValue
  fetch: Fetch
  networkText: string
  /** The service does not know the token that was used. */
  onRefused: () => void
}

/** The customer as the service knows them: the token that opens their conversation, and the calls made with it. */
export class Visitor {
  readonly storagePrefix: string
  readonly #options: VisitorOptions
  #token: string | null
  #hadToken: boolean
  #identityToken: string | null

  constructor(options: VisitorOptions) {
    this.#options = options
    this.#identityToken = options.identityToken
    this.storagePrefix = storagePrefix(options.server, options.identityToken)
    this.#token = read(options.storage, `${this.storagePrefix}:token`)
    this.#hadToken = this.#token !== null
  }

  get token(): string | null {
    return this.#token
  }

  /** A conversation was begun here, whether or not the service still knows it. */
  get hadToken(): boolean {
    return this.#hadToken
  }

  get streamUrl(): string {
    return this.#url(STREAM).replace(/^http/, 'ws')
  }

  fileUrl(id: string): string {
    return attachmentUrl(this.#options.server, id)
  }

  /** A newer token of the same customer. */
  identify(identityToken: string | null): void {
    this.#identityToken = identityToken
  }

  /** Begins a conversation. */
  async begin(): Promise<ConversationView> {
    const identityToken = this.#identityToken
    const answer = await this.#ask('post', '/api/v1/visitors', { body: { channel: 'web', ...(identityToken === null ? {} : { identity_token: identityToken }) } }, null)
    this.#keep(answer.visitor_token)
    this.#hadToken = true
    return answer.conversation
  }

  /** The conversation of the stored token; null, and the token forgotten, if the service knows it no more. */
  async resume(): Promise<ConversationView | null> {
    if (this.#token === null) return null
    try {
      return (await this.page(NO_MESSAGES, 1)).conversation
    } catch (error) {
      if (!(error instanceof ApiError) || ![401, 403, 404].includes(error.status)) throw error
      this.#keep(null)
      return null
    }
  }

  page(after: number, limit: number): Promise<MessagesPage> {
    return this.call('get', '/api/v1/conversation', { query: { after, limit } })
  }

  /** Sends a message; what only stands for its files is not sent as its text. */
  send({ text, client_message_id, payload, attachments = [], files = [] }: Letter, uploaded: readonly Attachment[]): Promise<Stored> {
    const words = uploaded.length > 0 && text === placeholder([...attachments, ...files]) ? '' : text
    const body = {
      text: words,
      client_message_id,
      ...(payload === undefined ? {} : { payload }),
      ...(uploaded.length === 0 ? {} : { attachments: uploaded.map((one) => one.id) }),
    }
    return this.call('post', '/api/v1/conversation/messages', { body })
  }

  judge(seq: number, helpful: boolean): Promise<FeedbackStored> {
    return this.call('post', '/api/v1/conversation/messages/{seq}/feedback', { path: { seq }, body: { helpful } })
  }

  /** Adds words to the score of the last service by a person. */
  async comment(comment: string): Promise<void> {
    await this.call('post', '/api/v1/conversation/satisfaction', { body: { comment } })
  }

  /** Uploads a file for a message to come; waits for the conversation to begin if need be. */
  async upload(file: File): Promise<Answer<'post', typeof ATTACHMENTS>> {
    for (let tries = 0; this.#token === null && tries < SESSION_TRIES; tries++) await new Promise((resolve) => setTimeout(resolve, SESSION_WAIT_MS))
    return upload(this.#options.fetch, this.#url(ATTACHMENTS), this.#token, file, this.#options.networkText)
  }

  /** @throws ApiError, of status 0 when there is no network or no conversation yet. */
  async call<M extends Method, P extends PathWith<M>>(method: M, path: P, parts: Parts<M, P>): Promise<Answer<M, P>> {
    const token = this.#token
    if (token === null) throw new ApiError(0, { code: 'no_session', message: this.#options.networkText })
    try {
      return await this.#ask(method, path, parts, token)
    } catch (error) {
      if (error instanceof ApiError && error.status === 401 && token === this.#token) this.#options.onRefused()
      throw error
    }
  }

  #ask<M extends Method, P extends PathWith<M>>(method: M, path: P, parts: Parts<M, P>, token: string | null): Promise<Answer<M, P>> {
    const { fetch, networkText } = this.#options
    const url = this.#url(filled(path, parts.path) + asQuery(parts.query))
    return callJson<Answer<M, P>>(fetch, url, { method: method.toUpperCase(), token, body: parts.body }, networkText)
  }

  #keep(token: string | null): void {
    this.#token = token
    write(this.#options.storage, `${this.storagePrefix}:token`, token)
  }

  /** The service may stand below a path of its host. */
  #url(path: string): string {
    return new URL(path.slice(1), this.#options.server).href
  }
}
