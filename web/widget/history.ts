import type { ConversationView, Message, MessagesPage } from '../shared/contract'
import { MessageLog } from '../shared/messageLog'

/** Messages loaded at first; earlier ones come when the customer scrolls up. */
export const RECENT_MESSAGES = 50
const PAGE = 200

export interface HistoryOptions {
  page: (after: number, limit: number) => Promise<MessagesPage>
  /** Messages became visible; `isHistory` when they were there before the page was opened. */
  onTaken: (messages: readonly Message[], isHistory: boolean) => void
  onConversation: (conversation: ConversationView) => void
}

/** The messages of the conversation as far as they are here: loaded from the end, filled where something was missed. */
export class History {
  readonly #options: HistoryOptions
  #log = new MessageLog<Message>()
  #conversationId: string | null = null
  #isLoaded = false
  #catchingUp = false
  #historySeq = 0
  #feedback: ReadonlyMap<number, boolean> = new Map()

  constructor(options: HistoryOptions) {
    this.#options = options
  }

  get log(): MessageLog<Message> {
    return this.#log
  }

  get hasEarlier(): boolean {
    return this.#isLoaded && this.#log.firstSeq > 1
  }

  /** Messages up to this one were there when the conversation was loaded. */
  get historySeq(): number {
    return this.#historySeq
  }

  /** Answers the customer judged: whether they helped. */
  get feedback(): ReadonlyMap<number, boolean> {
    return this.#feedback
  }

  /** How many messages of others come after this one. */
  unreadSince(seq: number): number {
    return this.#log.items.filter((message) => message.seq > seq && message.sender !== 'customer').length
  }

  judged(seq: number, helpful: boolean): void {
    this.#feedback = new Map(this.#feedback).set(seq, helpful)
  }

  forget(): void {
    this.#isLoaded = false
    this.#conversationId = null
    this.#log = new MessageLog<Message>()
  }

  /** The last messages of a conversation, or what is new since they were loaded. */
  async load(conversation: ConversationView): Promise<void> {
    if (!this.#isLoaded || !this.#continues(conversation)) this.#startAtEndOf(conversation)
    await this.#fetchMissing(true)
    this.#isLoaded = true
  }

  /** The connection is there: what it brings continues what is here, unless the service had to begin anew. */
  welcome(conversation: ConversationView): void {
    if (this.#continues(conversation)) return
    this.#startAtEndOf(conversation)
    void this.catchUp()
  }

  receive(message: Message): void {
    this.#take([message], false)
    if (this.#log.hasGap) void this.catchUp()
  }

  /** Fetches what was missed; a failure is left to the next attempt. */
  async catchUp(): Promise<void> {
    if (this.#catchingUp) return
    this.#catchingUp = true
    try {
      await this.#fetchMissing(false)
    } catch {
      // The socket tries again, and with it this.
    } finally {
      this.#catchingUp = false
    }
  }

  async loadEarlier(): Promise<readonly Message[]> {
    const before = this.#log.firstSeq
    if (before <= 1) return []
    const after = Math.max(0, before - 1 - RECENT_MESSAGES)
    const page = await this.#page(after, before - 1 - after)
    return this.#log.prepend(page.messages)
  }

  #continues(conversation: ConversationView): boolean {
    return this.#conversationId === conversation.id && conversation.last_seq >= this.#log.lastSeq
  }

  #startAtEndOf(conversation: ConversationView): void {
    this.#conversationId = conversation.id
    this.#log = new MessageLog<Message>(Math.max(0, conversation.last_seq - RECENT_MESSAGES))
  }

  async #fetchMissing(isHistory: boolean): Promise<void> {
    for (;;) {
      const before = this.#log.lastSeq
      const page = await this.#page(before, PAGE)
      this.#take(page.messages, isHistory)
      this.#options.onConversation(page.conversation)
      if (!page.more || this.#log.lastSeq === before) return
    }
  }

  async #page(after: number, limit: number): Promise<MessagesPage> {
    const page = await this.#options.page(after, limit)
    this.#feedback = new Map(Object.entries(page.feedback).map(([seq, helpful]) => [Number(seq), helpful]))
    return page
  }

  #take(messages: readonly Message[], isHistory: boolean): void {
    const added = this.#log.add(messages)
    if (isHistory) this.#historySeq = this.#log.lastSeq
    if (added.length > 0) this.#options.onTaken(added, isHistory)
  }
}
