import type { Attachment, ConversationView, CustomerFrame, Message, Stored } from '../shared/contract'
import { lettersToShow, type Enclosed } from '../shared/courier'
import { ApiError } from '../shared/http'
import type { ChatClientOptions } from './chatOptions'
import type { ChatState, Connection } from './chatState'
import { Comments } from './comments'
import { History } from './history'
import { Line } from './line'
import { Opening } from './opening'
import { Outbox } from './outbox'
import { OwnTickets, tellsOfTicket } from './ownTickets'
import { TypingSigns } from './typing'
import type { Reached } from './unread'
import { Visitor } from './visitor'

/** The customer's side of one conversation, without any page: connection, order, gaps, unsent messages. */
export class ChatClient {
  readonly outbox: Outbox
  readonly comments: Comments
  readonly tickets: OwnTickets
  readonly #options: ChatClientOptions
  readonly #visitor: Visitor
  readonly #typing: TypingSigns
  readonly #line: Line
  readonly #history: History
  readonly #opening: Opening
  #conversation: ConversationView | null = null
  #problem: string | null = null
  #started = false
  #isRenewed = false

  constructor(options: ChatClientOptions) {
    this.#options = options
    this.#visitor = new Visitor({
      ...options,
      onRefused: () => {
        this.#reopen()
      },
    })
    this.comments = new Comments(this.#visitor, options)
    this.tickets = new OwnTickets(this.#visitor, options.onChange)
    this.#typing = new TypingSigns(options.onChange)
    this.#opening = new Opening(
      () => this.#open(),
      (error) => {
        this.#explain(error)
      },
    )
    this.#history = new History({
      page: (after, limit) => this.#visitor.page(after, limit),
      onTaken: (messages, isHistory) => {
        this.#taken(messages, isHistory)
      },
      onConversation: (conversation) => {
        this.#setConversation(conversation)
      },
    })
    this.outbox = new Outbox({
      visitor: this.#visitor,
      tickets: this.tickets,
      storage: options.storage,
      fileGoneText: options.fileGoneText,
      onStored: (stored) => {
        this.#stored(stored)
      },
      onChange: options.onChange,
    })
    this.#line = new Line({
      url: () => this.#visitor.streamUrl,
      hello: () => ({ type: 'auth', token: this.#visitor.token ?? '', after: this.#history.log.lastSeq }),
      onFrame: (frame) => {
        this.#receive(frame)
      },
      onOpen: (again) => {
        if (again) void this.tickets.refresh()
        this.outbox.flush()
        this.comments.start()
      },
      // Where WebSockets are blocked, every attempt still brings the news by plain HTTP.
      onLost: () => void this.#history.catchUp(),
      onChange: options.onChange,
      onRefused: () => {
        this.#reopen()
      },
      ...(options.createSocket ? { createSocket: options.createSocket } : {}),
    })
  }

  /** A conversation was begun in this browser before. */
  get hasSession(): boolean {
    return this.#visitor.token !== null || this.outbox.letters.length > 0
  }

  /** How far the conversation is here. */
  get reached(): Reached {
    return { conversation: this.#conversation?.id ?? '', seq: this.#history.log.lastSeq }
  }

  get state(): ChatState {
    const { items } = this.#history.log
    const { letters } = this.outbox
    return {
      connection: this.#connection(),
      conversation: this.#conversation,
      messages: items,
      pending: lettersToShow(letters, this.#history.log, 'customer'),
      chosen: this.outbox.chosen(items),
      hasEarlier: this.#history.hasEarlier,
      historySeq: this.#history.historySeq,
      typing: this.#typing.sender,
      feedback: this.#history.feedback,
      comments: this.comments.known,
      tickets: this.tickets.known,
      isRenewed: this.#isRenewed,
      problem: this.#problem,
    }
  }

  start(): void {
    if (this.#started) return
    this.#started = true
    this.outbox.sweep()
    this.#opening.begin()
  }

  stop(): void {
    this.#started = false
    this.#opening.stop()
    this.#typing.stop()
    this.outbox.stop()
    this.comments.stop()
    this.#line.stop()
  }

  /** A newer identity token of the same customer: needed to begin a conversation, not to go on with it. */
  identify(identityToken: string | null): void {
    this.#visitor.identify(identityToken)
    if (this.#started && this.#line.isStopped) this.#opening.begin()
  }

  /** The page is put away for now (it may come back as it was): the connection is given up, nothing else. */
  pause(): void {
    this.#opening.stop()
    this.#line.stop()
  }

  /** The network is said to be gone. */
  lose(): void {
    this.#line.lose()
  }

  /** Tries everything again now. */
  hurry(): void {
    if (!this.#started) return
    if (this.#line.isStopped) this.#opening.begin()
    else this.#line.hurry()
    this.outbox.flush()
  }

  send(text: string, enclosed: Enclosed = {}): void {
    this.outbox.post(text, this.#history.log.lastSeq, enclosed)
    this.#typing.said()
    this.start()
  }

  fileUrl(id: string): string {
    return this.#visitor.fileUrl(id)
  }

  /** Uploads a file for a message to come; begins the conversation if need be. */
  upload(file: File): Promise<Attachment> {
    this.start()
    return this.#visitor.upload(file)
  }

  /** Tells the agent that the customer is writing; the bot does not care. */
  tellTyping(): void {
    if (this.#conversation?.state === 'active') this.#typing.tell(() => this.#line.tellTyping())
  }

  /** Tells the service how far the customer has seen the conversation: whoever serves sees it, and so does a later visit. */
  tellRead(): void {
    this.#line.tellRead(this.#history.log.lastSeq)
  }

  async leaveQueue(): Promise<void> {
    // Named, so that a repetition that comes late gives up no other place.
    const body = { request_id: this.#conversation?.queue?.request_id ?? null }
    const answer = await this.#visitor.call('post', '/api/v1/conversation/leave-queue', { body })
    this.#setConversation(answer.conversation)
  }

  /** Says whether an answer helped; answers whether a person may be offered now. */
  async judge(seq: number, helpful: boolean): Promise<boolean> {
    const stored = await this.#visitor.judge(seq, helpful)
    this.#history.judged(stored.seq, stored.helpful)
    this.#options.onChange()
    return stored.offer_handoff
  }

  async loadEarlier(): Promise<readonly Message[]> {
    const taken = await this.#history.loadEarlier()
    this.#options.onChange()
    return taken
  }

  // ---- beginning ---------------------------------------------------------------------------------------

  /** Session, recent history, then the live connection. */
  async #open(): Promise<void> {
    const resumed = await this.#visitor.resume()
    const conversation = resumed ?? (await this.#begin())
    this.#conversation = conversation
    await this.#history.load(conversation)
    if (!this.#started) return
    if (resumed !== null && this.#opening.failures === 0) this.#options.onReturn(this.#history.unreadSince(conversation.customer_read_seq))
    void this.tickets.refresh()
    this.#line.start()
    this.outbox.start()
  }

  /** A conversation; who is known to the service gets theirs back, whatever became of the token. */
  async #begin(): Promise<ConversationView> {
    this.#conversation = null
    this.#history.forget()
    this.tickets.forget()
    const { hadToken } = this.#visitor
    const conversation = await this.#visitor.begin()
    this.#isRenewed = hadToken && conversation.last_seq === 0
    if (this.#isRenewed) this.outbox.forget()
    return conversation
  }

  /**
   * The service refuses the token in mid-conversation. Opening again finds out whether it is really gone; then unsent
   * messages go into the new conversation.
   */
  #reopen(): void {
    if (this.#opening.isUnderWay || !this.#started) return
    this.#line.stop()
    this.#opening.begin()
  }

  #explain(error: unknown): void {
    const refused = error instanceof ApiError && !error.temporary
    this.#problem = refused ? error.message : null
    if (refused && this.#options.identityToken !== null && [401, 403, 422].includes(error.status)) this.#options.onIdentityRefused()
    this.#options.onChange()
  }

  // ---- messages ----------------------------------------------------------------------------------------

  #receive(frame: CustomerFrame): void {
    switch (frame.type) {
      case 'ready':
        this.#history.welcome(frame.conversation)
        this.#setConversation(frame.conversation)
        break
      case 'message':
        this.#history.receive(frame.message)
        break
      case 'conversation':
        this.#setConversation(frame.conversation)
        break
      case 'typing':
        if (frame.sender !== 'customer') this.#typing.show(frame.sender)
        break
      case 'error':
      case 'sent':
      case 'pong':
    }
  }

  #taken(messages: readonly Message[], isHistory: boolean): void {
    this.outbox.settle((seq) => this.#history.log.has(seq))
    if (messages.some((message) => message.sender !== 'customer')) this.#typing.hide()
    if (!isHistory && this.#started) {
      this.#options.onArrival(messages)
      if (messages.some(tellsOfTicket)) void this.tickets.refresh()
    }
    this.#options.onChange()
  }

  #stored(stored: Stored | null): void {
    this.outbox.settle((seq) => this.#history.log.has(seq))
    if (stored !== null && this.#conversation?.state === 'bot' && this.#history.log.lastSeq <= stored.seq) this.#typing.show('bot')
    if (!this.#line.isOpen) void this.#history.catchUp()
  }

  #setConversation(conversation: ConversationView): void {
    this.#conversation = conversation
    if (conversation.state === 'queued') this.#typing.hide()
    this.#options.onChange()
  }

  #connection(): Connection {
    if (!this.#started) return 'idle'
    if (this.#line.isOpen) return 'online'
    return this.#line.isLost || this.#opening.failures > 0 ? 'offline' : 'connecting'
  }
}
