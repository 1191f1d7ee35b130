import { backoffDelayMs } from '../shared/backoff'
import { attachmentUrl, placeholder, upload, wordsOf } from '../shared/attachments'
import type { Attachment, ConversationView, CustomerFrame, FeedbackStored, Message, MessagesPage, Sender, Stored, VisitorAnswer } from '../shared/contract'
import { Courier, lettersToShow, type Letter, type PendingLetter } from '../shared/courier'
import { ApiError, callJson, type Fetch } from '../shared/http'
import { LiveSocket, type RawSocket } from '../shared/liveSocket'
import { MessageLog } from '../shared/messageLog'
import { read, storagePrefix, write, type KeyValue } from './session'

/** Messages loaded at first; earlier ones come when the customer scrolls up. */
export const RECENT_MESSAGES = 50
const PAGE = 200
/** An upload waits so long for the conversation to begin. */
const SESSION_TRIES = 50
const SESSION_WAIT_MS = 100
const TYPING_SHOWN_MS = 6_000
const TYPING_SENT_EVERY_MS = 3_000
/** Larger than any message number: asks for the conversation's state alone. */
const NO_MESSAGES = 2 ** 31 - 1

export type Connection = 'idle' | 'connecting' | 'online' | 'offline'

export interface ChatState {
  connection: Connection
  conversation: ConversationView | null
  messages: readonly Message[]
  pending: readonly PendingLetter[]
  hasEarlier: boolean
  typing: Sender | null
  /** Answers the customer judged: whether they helped. */
  feedback: ReadonlyMap<number, boolean>
  /** What keeps the conversation from starting, in words for the customer. */
  problem: string | null
}

export interface ChatClientOptions {
  /** Ends with a slash. */
  server: string
  identityToken: string | null
  storage: KeyValue | null
  fetch: Fetch
  networkText: string
  onChange: () => void
  /** Messages that came while the page was open (not the history). */
  onArrival: (messages: readonly Message[]) => void
  /** The identity token is refused: the host page should fetch a new one. */
  onIdentityRefused: () => void
  createSocket?: (url: string) => RawSocket
}

/** The customer's side of one conversation, without any page: connection, order, gaps, unsent messages. */
export class ChatClient {
  readonly #options: ChatClientOptions
  readonly #prefix: string
  readonly #courier: Courier
  readonly #socket: LiveSocket<CustomerFrame>
  #token: string | null
  #log = new MessageLog<Message>()
  #historyLoaded = false
  #conversation: ConversationView | null = null
  #problem: string | null = null
  #feedback = new Map<number, boolean>()
  #typing: Sender | null = null
  #typingTimer: ReturnType<typeof setTimeout> | undefined
  #typingSent_at_ms = 0
  #toldRead = 0
  #started = false
  #opening = false
  #openAttempt = 0
  #openTimer: ReturnType<typeof setTimeout> | undefined
  #catchingUp = false
  #lost = false

  constructor(options: ChatClientOptions) {
    this.#options = options
    this.#prefix = storagePrefix(options.server, options.identityToken)
    this.#token = read(options.storage, `${this.#prefix}:token`)
    this.#courier = new Courier({
      storageKey: `${this.#prefix}:unsent`,
      storage: options.storage,
      deliver: (letter) => this.#deliver(letter),
      onChange: () => {
        options.onChange()
      },
    })
    this.#socket = new LiveSocket<CustomerFrame>({
      url: () => new URL('api/v1/conversation/stream', options.server).href.replace(/^http/, 'ws'),
      hello: () => ({ type: 'auth', token: this.#token, after: this.#log.lastSeq }),
      onFrame: (frame) => {
        this.#receive(frame)
      },
      onState: (state) => {
        // Where WebSockets are blocked, every attempt still brings the news by plain HTTP.
        if (state === 'waiting') {
          this.#lost = true
          void this.#catchUp()
        }
        if (state === 'open') {
          this.#lost = false
          this.#toldRead = 0
          this.#courier.flush()
        }
        options.onChange()
      },
      onRefused: () => {
        this.#reopen()
      },
      ...(options.createSocket ? { createSocket: options.createSocket } : {}),
    })
  }

  /** A conversation was begun in this browser before. */
  get hasSession(): boolean {
    return this.#token !== null || this.#courier.letters.length > 0
  }

  get state(): ChatState {
    return {
      connection: this.#connection(),
      conversation: this.#conversation,
      messages: this.#log.items,
      pending: lettersToShow(this.#courier.letters, this.#log, 'customer'),
      hasEarlier: this.#historyLoaded && this.#log.firstSeq > 1,
      typing: this.#typing,
      feedback: this.#feedback,
      problem: this.#problem,
    }
  }

  start(): void {
    if (this.#started) return
    this.#started = true
    void this.#open()
  }

  stop(): void {
    this.#started = false
    clearTimeout(this.#openTimer)
    clearTimeout(this.#typingTimer)
    this.#courier.stop()
    this.#socket.stop()
  }

  /** Tries everything again now. */
  hurry(): void {
    if (!this.#started) return
    if (this.#socket.state === 'stopped') void this.#open()
    else this.#socket.hurry()
    this.#courier.flush()
  }

  send(text: string, payload?: string, attachments: readonly Attachment[] = []): void {
    this.#courier.post(text === '' ? placeholder(attachments) : text, this.#log.lastSeq, payload, attachments)
    this.#typingSent_at_ms = 0
    this.start()
  }

  /** Uploads a file for a message to come; begins the conversation if need be. */
  async upload(file: File): Promise<Attachment> {
    this.start()
    for (let tries = 0; this.#token === null && tries < SESSION_TRIES; tries++) await new Promise((resolve) => setTimeout(resolve, SESSION_WAIT_MS))
    return upload(this.#options.fetch, this.#url('api/v1/conversation/attachments'), this.#token, file, this.#options.networkText)
  }

  fileUrl(id: string): string {
    return attachmentUrl(this.#options.server, id)
  }

  retry(client_message_id: string): void {
    this.#courier.retry(client_message_id)
  }

  discard(client_message_id: string): void {
    this.#courier.discard(client_message_id)
  }

  /** Tells the agent that the customer is writing; the bot does not care. */
  tellTyping(): void {
    if (this.#conversation?.state !== 'active' || Date.now() - this.#typingSent_at_ms < TYPING_SENT_EVERY_MS) return
    if (this.#socket.send({ type: 'typing' })) this.#typingSent_at_ms = Date.now()
  }

  /** Tells whoever serves how far the customer has seen the conversation. */
  tellRead(): void {
    const { lastSeq } = this.#log
    if (lastSeq <= this.#toldRead || this.#conversation?.state !== 'active') return
    if (this.#socket.send({ type: 'read', seq: lastSeq })) this.#toldRead = lastSeq
  }

  async leaveQueue(): Promise<void> {
    const answer = await this.#call<{ conversation: ConversationView }>('api/v1/conversation/leave-queue', { method: 'POST' })
    this.#setConversation(answer.conversation)
  }

  /** Says whether an answer helped; answers whether a person may be offered now. */
  async judge(seq: number, helpful: boolean): Promise<boolean> {
    const path = `api/v1/conversation/messages/${String(seq)}/feedback`
    const stored = await this.#call<FeedbackStored>(path, { method: 'POST', body: { helpful } })
    this.#feedback = new Map(this.#feedback).set(stored.seq, stored.helpful)
    this.#options.onChange()
    return stored.offer_handoff
  }

  async loadEarlier(): Promise<readonly Message[]> {
    const before = this.#log.firstSeq
    if (before <= 1) return []
    const after = Math.max(0, before - 1 - RECENT_MESSAGES)
    const page = await this.#page(after, before - 1 - after)
    const taken = this.#log.prepend(page.messages)
    this.#options.onChange()
    return taken
  }

  // ---- beginning ---------------------------------------------------------------------------------------

  /** Session, recent history, then the live connection; repeated with back-off until it succeeds. */
  async #open(): Promise<void> {
    if (this.#opening) return
    this.#opening = true
    clearTimeout(this.#openTimer)
    try {
      if (this.#token !== null) await this.#resume()
      if (this.#token === null) await this.#begin()
      this.#openAttempt = 0
      this.#problem = null
      this.#historyLoaded = true
      if (this.#started) {
        this.#socket.start()
        this.#courier.start()
      }
    } catch (error) {
      this.#explain(error)
      if (this.#started) this.#openTimer = setTimeout(() => void this.#open(), backoffDelayMs(this.#openAttempt++))
    } finally {
      this.#opening = false
      this.#options.onChange()
    }
  }

  async #begin(): Promise<void> {
    const { identityToken } = this.#options
    const body = { channel: 'web', ...(identityToken === null ? {} : { identity_token: identityToken }) }
    const answer = await callJson<VisitorAnswer>(
      this.#options.fetch,
      this.#url('api/v1/visitors'),
      { method: 'POST', body },
      this.#options.networkText,
    )
    this.#token = answer.visitor_token
    write(this.#options.storage, `${this.#prefix}:token`, answer.visitor_token)
    await this.#loadRecent(answer.conversation)
  }

  /** Goes back into the conversation of the stored token, or forgets the token if the service knows it no more. */
  async #resume(): Promise<void> {
    try {
      const { conversation } = await this.#page(NO_MESSAGES, 1)
      await this.#loadRecent(conversation)
    } catch (error) {
      if (!(error instanceof ApiError) || ![401, 403, 404].includes(error.status)) throw error
      this.#forgetSession()
    }
  }

  async #loadRecent(conversation: ConversationView): Promise<void> {
    const known = this.#conversation?.id === conversation.id && conversation.last_seq >= this.#log.lastSeq
    if (!this.#historyLoaded || !known) this.#log = new MessageLog<Message>(Math.max(0, conversation.last_seq - RECENT_MESSAGES))
    this.#conversation = conversation
    await this.#fetchMissing(true)
  }

  #forgetSession(): void {
    this.#token = null
    this.#historyLoaded = false
    this.#conversation = null
    this.#log = new MessageLog<Message>()
    write(this.#options.storage, `${this.#prefix}:token`, null)
  }

  /**
   * The service refuses the token in mid-conversation. Opening again finds out whether it is really gone; then unsent
   * messages go into the new conversation.
   */
  #reopen(): void {
    if (this.#opening || !this.#started) return
    this.#socket.stop()
    void this.#open()
  }

  #explain(error: unknown): void {
    const refused = error instanceof ApiError && !error.temporary
    this.#problem = refused ? error.message : null
    if (refused && this.#options.identityToken !== null && [401, 403, 422].includes(error.status)) this.#options.onIdentityRefused()
  }

  // ---- messages ----------------------------------------------------------------------------------------

  #receive(frame: CustomerFrame): void {
    switch (frame.type) {
      case 'ready':
        this.#welcome(frame.conversation)
        break
      case 'message':
        this.#take([frame.message], false)
        if (this.#log.hasGap) void this.#catchUp()
        break
      case 'conversation':
        this.#setConversation(frame.conversation)
        break
      case 'typing':
        if (frame.sender !== 'customer') this.#showTyping(frame.sender)
        break
      case 'error':
      case 'sent':
      case 'pong':
    }
  }

  #welcome(conversation: ConversationView): void {
    const lost = conversation.id !== this.#conversation?.id || conversation.last_seq < this.#log.lastSeq
    if (lost) {
      this.#log = new MessageLog<Message>(Math.max(0, conversation.last_seq - RECENT_MESSAGES))
      void this.#catchUp()
    }
    this.#setConversation(conversation)
  }

  #take(messages: readonly Message[], isHistory: boolean): void {
    const added = this.#log.add(messages)
    if (added.length === 0) return
    this.#courier.settle((seq) => this.#log.has(seq))
    if (added.some((message) => message.sender !== 'customer')) this.#hideTyping()
    if (!isHistory) this.#options.onArrival(added)
    this.#options.onChange()
  }

  async #catchUp(): Promise<void> {
    if (this.#catchingUp || this.#token === null) return
    this.#catchingUp = true
    try {
      await this.#fetchMissing(false)
    } catch {
      // The socket tries again, and with it this.
    } finally {
      this.#catchingUp = false
    }
  }

  async #fetchMissing(isHistory: boolean): Promise<void> {
    for (;;) {
      const before = this.#log.lastSeq
      const page = await this.#page(before, PAGE)
      this.#take(page.messages, isHistory)
      this.#setConversation(page.conversation)
      if (!page.more || this.#log.lastSeq === before) return
    }
  }

  async #deliver(letter: Letter): Promise<Stored> {
    if (this.#token === null) throw new ApiError(0, { code: 'no_session', message: this.#options.networkText })
    const { text, client_message_id, payload, attachments = [] } = letter
    const stored = await this.#call<Stored>('api/v1/conversation/messages', {
      method: 'POST',
      body: {
        text: wordsOf({ text, attachments: [...attachments] }),
        client_message_id,
        ...(payload === undefined ? {} : { payload }),
        ...(attachments.length === 0 ? {} : { attachments: attachments.map((one) => one.id) }),
      },
    })
    this.#courier.settle((seq) => this.#log.has(seq))
    if (this.#conversation?.state === 'bot' && this.#log.lastSeq <= stored.seq) this.#showTyping('bot')
    if (this.#socket.state !== 'open') void this.#catchUp()
    return stored
  }

  #setConversation(conversation: ConversationView): void {
    this.#conversation = conversation
    if (conversation.state === 'queued') this.#hideTyping()
    this.#options.onChange()
  }

  #showTyping(sender: Sender): void {
    this.#typing = sender
    clearTimeout(this.#typingTimer)
    this.#typingTimer = setTimeout(() => {
      this.#hideTyping()
    }, TYPING_SHOWN_MS)
    this.#options.onChange()
  }

  #hideTyping(): void {
    if (this.#typing === null) return
    clearTimeout(this.#typingTimer)
    this.#typing = null
    this.#options.onChange()
  }

  // ---- calls -------------------------------------------------------------------------------------------

  #connection(): Connection {
    if (!this.#started) return 'idle'
    if (this.#socket.state === 'open') return 'online'
    return this.#lost || this.#openAttempt > 0 ? 'offline' : 'connecting'
  }

  #url(path: string): string {
    return new URL(path, this.#options.server).href
  }

  async #page(after: number, limit: number): Promise<MessagesPage> {
    const page = await this.#call<MessagesPage>(`api/v1/conversation?after=${String(after)}&limit=${String(limit)}`, {})
    this.#feedback = new Map(Object.entries(page.feedback ?? {}).map(([seq, helpful]) => [Number(seq), helpful]))
    return page
  }

  async #call<T>(path: string, options: { method?: string; body?: unknown }): Promise<T> {
    const token = this.#token
    try {
      return await callJson<T>(this.#options.fetch, this.#url(path), { ...options, token }, this.#options.networkText)
    } catch (error) {
      if (error instanceof ApiError && error.status === 401 && token === this.#token) this.#reopen()
      throw error
    }
  }
}
