import { ref, shallowRef, triggerRef, type Ref, type ShallowRef } from 'vue'
import type { ArticleUse, Attachment, AgentConversation, AgentConversationSummary, CustomerDetails, CustomerRecord, Message, Note, ReplyQuota, Revealed, RevealReason, Stored } from '../../shared/contract'
import { placeholder, wordsOf } from '../../shared/attachments'
import { Courier, lettersToShow, type PendingLetter } from '../../shared/courier'
import { MessageLog } from '../../shared/messageLog'
import type { AgentApi } from '../api'
import { customerName } from '../texts'
import { ChosenFiles } from './chosenFiles'

const TYPING_SHOWN_MS = 6_000

/** Another way to the customer than serving the conversation, with drafts and unsent replies of its own. */
export interface Writing {
  drawer: string
  deliver: (text: string, client_message_id: string) => Promise<Stored>
  reveal: (reason: RevealReason) => Promise<Revealed>
}

/**
 * One of my conversations: transcript, replies on their way, draft, unread count.
 *
 * Messages are kept outside Vue's deep reactivity (a thousand of them a conversation, fifty conversations); `changed` is
 * touched when the thread has something new to show.
 */
export class Thread {
  readonly changed: ShallowRef<number> = shallowRef(0)
  summary: AgentConversationSummary
  whole: AgentConversation | null = null
  loading: Promise<void> | null = null
  loadFailed = false
  unread = 0
  customerTyping = false
  /** Whole numbers that were asked for, for as long as the conversation is in view; stored nowhere. */
  numbers: Revealed | null = null
  /** Whether this agent is given them when they ask; the service decides again. */
  mayReveal = true
  readonly #isLost: Ref<boolean> = ref(false)
  #log = new MessageLog<Message>()
  #typingTimer: ReturnType<typeof setTimeout> | undefined
  /** Chosen for the next reply. */
  readonly files = new ChosenFiles((file) => this.#api.upload(this.id, file))
  readonly #courier: Courier
  readonly #api: AgentApi
  readonly #draftKey: string
  readonly #writing: Writing | undefined

  constructor(summary: AgentConversationSummary, api: AgentApi, agentId: string, writing?: Writing) {
    this.summary = summary
    this.#api = api
    this.#writing = writing
    const drawer = `xiaoqiao-console:${agentId}:${writing?.drawer ?? summary.id}`
    this.#draftKey = `${drawer}:draft`
    this.#courier = new Courier({
      storageKey: `${drawer}:unsent`,
      storage: localStorage,
      deliver: async (letter) => {
        const attachments = [...(letter.attachments ?? [])]
        const words = wordsOf({ text: letter.text, attachments })
        const id = letter.client_message_id
        const files = attachments.map((one) => one.id)
        const stored = await (writing ? writing.deliver(words, id) : api.reply(summary.id, words, id, files, letter.articles))
        if (stored.seq > this.#log.lastSeq + 1) void this.refresh()
        return stored
      },
      onChange: () => {
        this.touch()
      },
    })
    this.#courier.start()
  }

  get id(): string {
    return this.summary.id
  }

  get name(): string {
    return customerName(this.whole?.customer?.name ?? this.summary.customer_name, this.id)
  }

  /** Since when the customer has been waiting for a reply; null if the last word is not theirs. */
  get unanswered_since_ms(): number | null {
    let since: number | null = null
    for (let i = this.messages.length - 1; i >= 0; i--) {
      const message = this.messages[i]
      if (message?.sender === 'agent') break
      if (message?.sender === 'customer') since = message.created_at_ms
      // What was said before the agent came is not a reply they owe.
      if (message?.sender === 'system') return since ?? message.created_at_ms
    }
    return since
  }

  /** It was taken from me: what is still open about it has nobody to go to. */
  get isLost(): boolean {
    return this.#isLost.value
  }

  lose(): void {
    this.#isLost.value = true
  }

  get notes(): readonly Note[] {
    return this.whole?.notes ?? []
  }

  /** All notes of the conversation, as the service knows them. */
  takeNotes(notes: Note[]): void {
    if (this.whole !== null) this.whole.notes = notes
    this.touch()
  }

  get quota(): ReplyQuota | null {
    return this.summary.reply_quota ?? null
  }

  get messages(): readonly Message[] {
    return this.#log.items
  }

  get pending(): readonly PendingLetter[] {
    return lettersToShow(this.#courier.letters, this.#log, 'agent')
  }

  get draft(): string {
    return localStorage.getItem(this.#draftKey) ?? ''
  }

  set draft(text: string) {
    if (text === '') localStorage.removeItem(this.#draftKey)
    else localStorage.setItem(this.#draftKey, text)
  }

  touch(): void {
    this.changed.value++
    triggerRef(this.changed)
  }

  /** Loads the whole conversation; a second call while one is under way waits for that one. */
  refresh(): Promise<void> {
    this.loading ??= this.#load().finally(() => {
      this.loading = null
      this.touch()
    })
    return this.loading
  }

  adopt(whole: AgentConversation): void {
    this.whole = whole
    const base = (whole.messages[0]?.seq ?? 1) - 1
    if (this.#log.items.length === 0) this.#log = new MessageLog<Message>(base)
    this.#take(whole.messages)
    this.summary = { ...this.summary, reply_quota: whole.reply_quota ?? null }
    this.touch()
  }

  /** Takes the row of a conversation that is not mine; reads what was written before the stream carried it. */
  takeRow(summary: AgentConversationSummary): void {
    this.summary = summary
    this.touch()
    if (summary.last_seq <= this.#log.lastSeq) return
    void (this.loading ?? Promise.resolve()).then(() => (summary.last_seq > this.#log.lastSeq ? this.refresh() : undefined))
  }

  /** Takes a live message; answers whether it is new. Understanding of customer messages comes with the next refresh. */
  receive(message: Message): boolean {
    if (this.whole === null) return message.seq > this.summary.last_seq
    const added = this.#take([message])
    if (this.#log.hasGap) void this.refresh()
    this.touch()
    return added.length > 0
  }

  send(text: string, attachments: readonly Attachment[] = [], articles: readonly ArticleUse[] = []): void {
    this.#courier.post(text === '' ? placeholder(attachments) : text, this.#log.lastSeq, { attachments, articles })
  }

  customerRecord(): Promise<CustomerRecord> {
    return this.#api.customerRecord(this.id)
  }

  changeCustomer(details: CustomerDetails): Promise<CustomerDetails> {
    return this.#api.changeCustomer(this.id, details)
  }

  async reveal(reason: RevealReason): Promise<void> {
    this.numbers = await (this.#writing?.reveal(reason) ?? this.#api.reveal(this.id, reason))
    this.touch()
  }

  hideNumbers(): void {
    if (this.numbers === null) return
    this.numbers = null
    this.touch()
  }

  retry(client_message_id: string): void {
    this.#courier.retry(client_message_id)
  }

  discard(client_message_id: string): void {
    this.#courier.discard(client_message_id)
  }

  flush(): void {
    this.#courier.flush()
  }

  showTyping(): void {
    this.customerTyping = true
    clearTimeout(this.#typingTimer)
    this.#typingTimer = setTimeout(() => {
      this.#hideTyping()
    }, TYPING_SHOWN_MS)
    this.touch()
  }

  stop(): void {
    this.#courier.stop()
    clearTimeout(this.#typingTimer)
  }

  async #load(): Promise<void> {
    try {
      this.adopt(await this.#api.conversation(this.id))
      this.loadFailed = false
    } catch {
      this.loadFailed = this.whole === null
    }
  }

  #take(messages: readonly Message[]): Message[] {
    const added = this.#log.add(messages)
    const last = added.at(-1)
    if (last === undefined) return added
    this.#courier.settle((seq) => this.#log.has(seq))
    this.summary = { ...this.summary, last_text: last.text, last_sender: last.sender, last_message_at_ms: last.created_at_ms, last_seq: last.seq }
    if (added.some((message) => message.sender === 'customer')) this.#hideTyping()
    return added
  }

  #hideTyping(): void {
    if (!this.customerTyping) return
    this.customerTyping = false
    this.touch()
  }
}
