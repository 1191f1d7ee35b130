import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { ArticleUse, Attachment, AgentConversation, AgentConversationSummary, CustomerDetails, CustomerRecord, Message, Note, ReplyQuota } from '../../shared/contract'
import { placeholder, wordsOf } from '../../shared/attachments'
import { Courier, lettersToShow, type PendingLetter } from '../../shared/courier'
import { MessageLog } from '../../shared/messageLog'
import { OutgoingFiles } from '../../shared/outgoingFiles'
import type { AgentApi } from '../api'
import { customerName, texts } from '../texts'
import { agentFiles, prefixOf } from './agentFiles'
import { ChosenFiles, type Taken } from './chosenFiles'
import { Drawer } from './drawer'
import { UsedArticles } from './knowledge'
import { lastOf, unansweredSince } from './rows'
import { ShownNumbers } from './shownNumbers'
import { Unread } from './unread'
import type { Writing } from './writing'

const TYPING_SHOWN_MS = 6_000

/**
 * One of my conversations: transcript, replies on their way, draft, unread count.
 *
 * Whatever is read from it and shown is shown anew when that part changes, and only then. The messages themselves are
 * kept outside Vue's deep reactivity: a thousand of them a conversation, fifty conversations.
 */
export class Thread {
  /** Chosen for the next reply. */
  readonly files: ChosenFiles
  /** What was written here and not sent. */
  readonly drawer: Drawer
  readonly used: UsedArticles
  readonly numbers: ShownNumbers
  /** Told when the customer's messages came, by whatever way. */
  onGrown: () => void = () => undefined
  readonly #summary: ShallowRef<AgentConversationSummary>
  readonly #whole: ShallowRef<AgentConversation | null> = shallowRef(null)
  readonly #messages: ShallowRef<readonly Message[]> = shallowRef([])
  readonly #notes: ShallowRef<readonly Note[]> = shallowRef([])
  readonly #pending: ShallowRef<readonly PendingLetter[]> = shallowRef([])
  readonly #customerTyping: Ref<boolean> = ref(false)
  readonly #loadFailed: Ref<boolean> = ref(false)
  readonly #isLost: Ref<boolean> = ref(false)
  readonly #earlierMissing: Ref<boolean> = ref(false)
  readonly #draft: Ref<string>
  readonly #unread = new Unread()
  readonly #courier: Courier
  readonly #api: AgentApi
  #log = new MessageLog<Message>()
  #loading: Promise<void> | null = null
  #typingTimer: ReturnType<typeof setTimeout> | undefined

  constructor(summary: AgentConversationSummary, api: AgentApi, agentId: string, writing?: Writing) {
    this.#summary = shallowRef(summary)
    this.#unread.takeRow(summary)
    this.#api = api
    const drawer = `${prefixOf(agentId)}${writing?.drawer ?? summary.id}`
    this.drawer = new Drawer(drawer)
    this.#draft = this.drawer.text('draft')
    const upload = (file: File): Promise<Attachment> => api.upload(summary.id, file)
    const outgoing = new OutgoingFiles(agentFiles(agentId), upload, texts.reply.fileGone)
    this.files = new ChosenFiles(outgoing, upload, this.drawer.thing('chosen'))
    this.numbers = new ShownNumbers((reason) => writing?.reveal(reason) ?? api.reveal(summary.id, reason))
    this.used = new UsedArticles(this.drawer.thing('used'))
    this.#courier = new Courier({
      storageKey: `${drawer}:unsent`,
      storage: localStorage,
      deliver: async (letter) => {
        const words = wordsOf({ text: letter.text, attachments: [...(letter.attachments ?? []), ...(letter.files ?? [])] })
        const id = letter.client_message_id
        const files = (await outgoing.attachmentsOf(letter)).map((one) => one.id)
        const stored = await (writing ? writing.deliver(words, id) : api.reply(summary.id, words, id, files, letter.articles))
        if (stored.seq > this.#log.lastSeq + 1) void this.refresh()
        return stored
      },
      onDone: ({ files = [] }) => {
        outgoing.drop(files)
      },
      onChange: () => {
        this.#showPending()
      },
    })
    this.#showPending()
    this.#courier.start()
    this.files.retry()
  }

  get id(): string {
    return this.summary.id
  }

  get name(): string {
    return customerName(this.whole?.customer?.name ?? this.summary.customer_name, this.id)
  }

  get summary(): AgentConversationSummary {
    return this.#summary.value
  }

  /** Null until it was read. */
  get whole(): AgentConversation | null {
    return this.#whole.value
  }

  get loadFailed(): boolean {
    return this.#loadFailed.value
  }

  /** Messages before the first one are in the archive, which did not answer. */
  get earlierMissing(): boolean {
    return this.#earlierMissing.value
  }

  get messages(): readonly Message[] {
    return this.#messages.value
  }

  get notes(): readonly Note[] {
    return this.#notes.value
  }

  get pending(): readonly PendingLetter[] {
    return this.#pending.value
  }

  get quota(): ReplyQuota | null {
    return this.summary.reply_quota ?? null
  }

  get customerTyping(): boolean {
    return this.#customerTyping.value
  }

  /** Messages of the customer that nobody has seen. */
  get unread(): number {
    return this.#unread.count
  }

  get draft(): string {
    return this.#draft.value
  }

  set draft(text: string) {
    this.#draft.value = text
  }

  /** Since when the customer has been waiting for a reply; null if the last word is not theirs. */
  get unanswered_since_ms(): number | null {
    // Not read yet: what the row says is near enough.
    if (this.messages.length === 0) return this.summary.last_sender === 'agent' ? null : this.summary.last_message_at_ms || null
    return unansweredSince(this.messages)
  }

  /** The service has messages that are not here. */
  get isBehind(): boolean {
    return this.summary.last_seq > this.#log.lastSeq
  }

  /** It was taken from me: what is still open about it has nobody to go to. */
  get isLost(): boolean {
    return this.#isLost.value
  }

  lose(): void {
    this.#isLost.value = true
  }

  /** Takes what the service says of it; of what only grows the newer is kept. */
  takeRow(row: AgentConversationSummary): void {
    const before = this.summary
    this.#summary.value = row.last_seq < before.last_seq ? { ...row, ...lastOf(before) } : { ...before, ...row }
    this.#unread.takeRow(row)
  }

  /** All notes of the conversation, as the service knows them. */
  takeNotes(notes: readonly Note[]): void {
    this.#notes.value = notes
  }

  /** Counts as seen up to its last message. */
  read(): void {
    this.#unread.read(this.summary.last_seq)
  }

  /** Reads what is not known yet, at first the whole conversation; a second call while one is under way waits for that one. */
  refresh(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null
    })
    return this.#loading
  }

  /** Asks for the messages before the first one again. */
  async fetchEarlier(): Promise<void> {
    try {
      const whole = await this.#api.conversation(this.id)
      if (this.#log.prepend(whole.messages).length > 0) this.#messages.value = [...this.#log.items]
      this.adopt(whole)
      this.#earlierMissing.value = whole.earlier_missing
    } catch {
      // It says so still.
    }
  }

  /** Takes the conversation, or what follows after the messages that are known. */
  adopt(whole: AgentConversation): void {
    const base = (whole.messages[0]?.seq ?? 1) - 1
    if (this.#log.items.length === 0) this.#log = new MessageLog<Message>(base)
    if (whole.earlier_missing) this.#earlierMissing.value = true
    const understanding = { ...this.whole?.understanding, ...whole.understanding }
    this.#take(whole.messages)
    this.#whole.value = { ...whole, understanding, messages: [...this.#log.items] }
    this.takeNotes(whole.notes)
    this.#summary.value = { ...this.summary, reply_quota: whole.reply_quota ?? null }
  }

  /** Takes the row of a conversation that is not mine; reads what was written before the stream carried it. */
  follow(row: AgentConversationSummary): void {
    this.takeRow(row)
    if (this.isBehind) void (this.#loading ?? Promise.resolve()).then(() => (this.isBehind ? this.refresh() : undefined))
  }

  /** Takes a live message; answers whether it is new. Understanding of customer messages comes with the next refresh. */
  receive(message: Message): boolean {
    if (this.whole === null) {
      if (message.sender === 'customer') this.#unread.hear([message.seq])
      return message.seq > this.summary.last_seq
    }
    const added = this.#take([message])
    if (this.#log.hasGap) void this.refresh()
    return added.length > 0
  }

  send(text: string, { attachments, files }: Taken = { attachments: [], files: [] }, articles: readonly ArticleUse[] = []): void {
    this.#courier.post(text === '' ? placeholder([...attachments, ...files]) : text, this.#log.lastSeq, { attachments, files, articles })
  }

  customerRecord(): Promise<CustomerRecord> {
    return this.#api.customerRecord(this.id)
  }

  changeCustomer(details: CustomerDetails): Promise<CustomerDetails> {
    return this.#api.changeCustomer(this.id, details)
  }

  retry(client_message_id: string): void {
    this.#courier.retry(client_message_id)
  }

  discard(client_message_id: string): void {
    this.#courier.discard(client_message_id)
  }

  flush(): void {
    this.#courier.flush()
    this.files.retry()
  }

  showTyping(): void {
    this.#customerTyping.value = true
    clearTimeout(this.#typingTimer)
    this.#typingTimer = setTimeout(() => (this.#customerTyping.value = false), TYPING_SHOWN_MS)
  }

  stop(): void {
    this.#courier.stop()
    clearTimeout(this.#typingTimer)
  }

  async #load(): Promise<void> {
    try {
      this.adopt(await this.#api.conversation(this.id, this.#log.lastSeq))
      this.#loadFailed.value = false
    } catch {
      this.#loadFailed.value = this.whole === null
    }
  }

  #take(messages: readonly Message[]): Message[] {
    const added = this.#log.add(messages)
    const last = added.at(-1)
    if (last === undefined) return added
    const heard = added.filter((message) => message.sender === 'customer').map((message) => message.seq)
    this.#courier.settle((seq) => this.#log.has(seq))
    this.#messages.value = [...this.#log.items]
    this.#showPending()
    if (last.seq >= this.summary.last_seq) {
      this.#summary.value = { ...this.summary, last_text: last.text, last_sender: last.sender, last_message_at_ms: last.created_at_ms, last_seq: last.seq }
    }
    this.#unread.hear(heard)
    if (heard.length === 0) return added
    this.#customerTyping.value = false
    this.onGrown()
    return added
  }

  /** Copies: the courier changes its own. */
  #showPending(): void {
    const letters = lettersToShow(this.#courier.letters, this.#log, 'agent')
    if (letters.length > 0 || this.#pending.value.length > 0) this.#pending.value = letters.map((letter) => ({ ...letter }))
  }
}
