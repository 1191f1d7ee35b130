import { computed, reactive, ref, shallowReactive, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type {
  Agent,
  AgentConversation,
  AgentConversationSummary,
  AgentFrame,
  Colleague,
  Contacts,
  FollowUp,
  KnowledgeFound,
  Mention,
  Message,
  Presence,
  ReferenceData,
  RequestSummary,
} from '../../shared/contract'
import { ApiError } from '../../shared/http'
import { LiveSocket, type SocketState } from '../../shared/liveSocket'
import type { TransferTarget, Wrapup } from '../api'
import type { DeskOptions } from './events'
import { lastOf, summaryOf, winnerOf } from './rows'
import { Thread } from './thread'
import { WaitingList } from './waitingList'

/** The service is up, its storage is not; the stream stays open and goes on by itself. */
const STORAGE_AWAY = 'storage_unavailable'

/** Everything an agent works with: presence, the live queue, my conversations and which one is open. */
export class Desk {
  readonly agent: Ref<Agent>
  readonly waiting = new WaitingList()
  readonly requests = this.waiting.requests
  readonly clockAhead_ms = this.waiting.clockAhead_ms
  readonly threads: Map<string, Thread> = shallowReactive(new Map<string, Thread>())
  readonly openId: Ref<string | null> = ref(null)
  readonly open: ComputedRef<Thread | null> = computed(() => this.threads.get(this.openId.value ?? '') ?? null)
  readonly socketState: Ref<SocketState> = ref('stopped')
  readonly reference: Ref<ReferenceData> = ref({ skill_groups: [], dispositions: [], tasks: [], reasons: [] })
  /** Notes that mention me, newest first. */
  readonly mentions: ShallowRef<Mention[]> = shallowRef([])
  /** What I promised to do, earliest first. */
  readonly followUps: ShallowRef<FollowUp[]> = shallowRef([])
  /** A conversation somebody else serves and I look on at. */
  readonly watched: ShallowRef<Thread | null> = shallowRef(null)
  /** Requests being claimed by me right now. */
  readonly claiming = reactive(new Set<string>())
  /** What the service itself says is wrong with it, until it sends news again. */
  readonly trouble: Ref<string | null> = ref(null)
  /** False while another page of the console is shown: what arrives then is unread. */
  readonly isShown: Ref<boolean> = ref(true)
  readonly #options: DeskOptions
  readonly #socket: LiveSocket<AgentFrame>
  #leaving = new Set<string>()
  #prefetching = false

  constructor(options: DeskOptions) {
    this.#options = options
    this.agent = ref(options.agent)
    this.#socket = new LiveSocket<AgentFrame>({
      url: () => new URL('/api/v1/agent/stream', location.href).href.replace(/^http/, 'ws'),
      hello: () => ({ type: 'auth', token: options.token() }),
      onFrame: (frame) => {
        this.#receive(frame)
      },
      onState: (state) => {
        this.socketState.value = state
        if (state === 'open') {
          void this.refresh()
          this.#followWatched()
        }
      },
      onRefused: () => {
        // If the session is over, this call says so.
        void this.refresh()
      },
      ...(options.createSocket ? { createSocket: options.createSocket } : {}),
    })
  }

  start(): void {
    void this.#loadReference()
    void this.refresh()
    this.#socket.start()
  }

  stop(): void {
    this.#socket.stop()
    for (const thread of this.threads.values()) thread.stop()
  }

  hurry(): void {
    this.#socket.hurry()
  }

  /** Reads everything anew: at the start and after each lost connection. */
  async refresh(): Promise<void> {
    const { api } = this.#options
    try {
      const [requests, conversations] = await Promise.all([api.queue(), api.conversations()])
      this.#setQueue(requests)
      this.#setConversations(conversations)
    } catch (error) {
      this.#report(error)
    }
  }

  async setPresence(presence: Presence): Promise<void> {
    try {
      this.agent.value = await this.#options.api.setPresence(presence)
    } catch (error) {
      this.#report(error)
    }
  }

  /** Takes a waiting customer. Losing the race is normal: the winner is named and the row goes. */
  async claim(request: RequestSummary): Promise<Thread | null> {
    if (this.claiming.has(request.id)) return null
    this.claiming.add(request.id)
    try {
      const whole = await this.#options.api.claim(request.id)
      this.waiting.drop(request.id)
      const thread = this.#thread(summaryOf(whole, request))
      thread.adopt(whole)
      this.show(thread.id)
      return thread
    } catch (error) {
      if (error instanceof ApiError && [404, 409].includes(error.status)) {
        const isTaken = error.code === 'already_claimed' || error.code === 'no_longer_waiting' || error.status === 404
        if (isTaken) this.waiting.drop(request.id)
        this.#options.events.lostRace(winnerOf(error), error.message)
      } else this.#report(error)
      return null
    } finally {
      this.claiming.delete(request.id)
    }
  }

  show(id: string | null): void {
    this.openId.value = id
    const thread = this.open.value
    if (thread === null) return
    thread.unread = 0
    thread.touch()
    this.#tellRead(thread)
    if (thread.whole === null) void thread.refresh()
  }

  /** The page is looked at again: what is open counts as read. */
  seen(): void {
    const thread = this.open.value
    if (thread === null || !this.isShown.value) return
    this.#tellRead(thread)
    if (thread.unread === 0) return
    thread.unread = 0
    thread.touch()
  }

  async close(thread: Thread, wrapup: Wrapup): Promise<void> {
    await this.#giveAway(thread, () => this.#options.api.close(thread.id, wrapup))
  }

  async transfer(thread: Thread, to: TransferTarget, reason: string): Promise<void> {
    await this.#giveAway(thread, () => this.#options.api.transfer(thread.id, to, reason))
  }

  /** Everybody else at work, for those who may see them; the others transfer to groups. */
  async colleagues(): Promise<Agent[]> {
    if (this.agent.value.role === 'agent') return []
    try {
      const all = await this.#options.api.agents()
      return all.filter((one) => one.id !== this.agent.value.id)
    } catch (error) {
      this.#report(error)
      return []
    }
  }

  /** Whom a note may mention. */
  async everybodyElse(): Promise<Colleague[]> {
    try {
      return await this.#options.api.colleagues()
    } catch (error) {
      this.#report(error)
      return []
    }
  }

  contacts(conversation_id: string): Promise<Contacts> {
    return this.#options.api.contacts(conversation_id)
  }

  knowledge(conversation_id: string, query: string): Promise<KnowledgeFound> {
    return this.#options.api.knowledge(conversation_id, query)
  }

  async addNote(thread: Thread, text: string, mentions: string[], id: string): Promise<void> {
    await this.#options.api.addNote(thread.id, text, mentions, id)
    // Who only reads hears of it no other way.
    if (thread === this.watched.value) await thread.refresh()
  }

  async askForHelp(thread: Thread, text: string, id: string): Promise<number> {
    return this.#options.api.askForHelp(thread.id, text, id)
  }

  /** Looks on at a conversation that somebody else serves; the customer does not notice. */
  watch(conversation_id: string): void {
    this.unwatch()
    const thread = new Thread({ id: conversation_id, state: 'active', channel: 'web', last_seq: 0 }, this.#options.api, this.agent.value.id)
    this.watched.value = thread
    this.#followWatched()
    void thread.refresh()
  }

  unwatch(): void {
    const thread = this.watched.value
    if (thread === null) return
    this.#socket.send({ type: 'unwatch', conversation_id: thread.id })
    thread.stop()
    this.watched.value = null
  }

  /** From looking on to serving it myself. */
  async takeOver(reason: string): Promise<void> {
    const thread = this.watched.value
    if (thread === null) return
    await this.#options.api.transfer(thread.id, { agent_id: this.agent.value.id }, reason)
    this.unwatch()
    await this.refresh()
    this.show(thread.id)
  }

  async endFollowUp(followUp: FollowUp): Promise<void> {
    try {
      await this.#options.api.endFollowUp(followUp.request_id)
      this.followUps.value = this.followUps.value.filter((one) => one.request_id !== followUp.request_id)
    } catch (error) {
      this.#report(error)
    }
  }

  tellTyping(thread: Thread): void {
    this.#socket.send({ type: 'typing', conversation_id: thread.id })
  }

  /** Ends my part in a conversation; its going is then no news. */
  async #giveAway(thread: Thread, call: () => Promise<void>): Promise<void> {
    this.#leaving.add(thread.id)
    try {
      await call()
      thread.draft = ''
      this.#remove(thread.id)
    } finally {
      this.#leaving.delete(thread.id)
    }
  }

  #followWatched(): void {
    const thread = this.watched.value
    if (thread && this.agent.value.role !== 'agent') this.#socket.send({ type: 'watch', conversation_id: thread.id })
  }

  #tellRead(thread: Thread): void {
    if (!this.isShown.value || document.visibilityState !== 'visible') return
    this.#socket.send({ type: 'read', conversation_id: thread.id, seq: thread.summary.last_seq })
  }

  /** Mine, or the one I look on at. */
  #any(id: string): Thread | undefined {
    return this.threads.get(id) ?? (this.watched.value?.id === id ? this.watched.value : undefined)
  }

  // ---- frames ------------------------------------------------------------------------------------------

  #receive(frame: AgentFrame): void {
    if (!['error', 'pong', 'typing'].includes(frame.type)) this.trouble.value = null
    switch (frame.type) {
      case 'ready':
        if (frame.agent) this.agent.value = frame.agent
        break
      case 'queue':
        this.#setQueue(frame.requests)
        break
      case 'message':
        this.#receiveMessage(frame.conversation_id, frame.message, frame)
        break
      case 'conversation':
        this.#receiveConversation(frame.conversation)
        break
      case 'typing':
        if (frame.sender === 'customer') this.#any(frame.conversation_id)?.showTyping()
        break
      case 'notes':
        this.#any(frame.conversation_id)?.takeNotes(frame.notes)
        break
      case 'mentions':
        this.mentions.value = frame.mentions
        break
      case 'follow_ups':
        this.followUps.value = frame.follow_ups
        break
      case 'conversation_removed':
        this.#conversationRemoved(frame.conversation_id)
        break
      case 'error':
        if (frame.error.code === STORAGE_AWAY) this.trouble.value = frame.error.message
        else this.#options.events.problem(frame.error.message)
        break
      case 'pong':
    }
  }

  #receiveMessage(id: string, message: Message, frame: { understanding?: AgentConversation['understanding'][string] | null }): void {
    const thread = this.#any(id)
    if (!thread?.receive(message, frame.understanding) || thread === this.watched.value) return
    if (message.sender !== 'customer') return
    if (this.openId.value !== id || !this.isShown.value || document.visibilityState !== 'visible') {
      thread.unread++
      thread.touch()
    } else this.#tellRead(thread)
    this.#options.events.newMessage(thread, message)
  }

  #receiveConversation(summary: AgentConversationSummary): void {
    if (summary.id === this.watched.value?.id) {
      this.watched.value.summary = summary
      this.watched.value.touch()
      return
    }
    if (summary.state !== 'active') {
      this.#conversationRemoved(summary.id)
      return
    }
    const isNew = !this.threads.has(summary.id)
    const thread = this.#thread(summary)
    if (!isNew || this.claiming.size > 0) return
    void thread.refresh()
    this.#options.events.assigned(thread)
  }

  #conversationRemoved(id: string): void {
    const thread = this.threads.get(id)
    if (thread === undefined) return
    const byMe = this.#leaving.has(id)
    this.#remove(id)
    if (!byMe) this.#options.events.removed(thread)
  }

  #setQueue(requests: RequestSummary[]): void {
    for (const request of this.waiting.replace(requests)) this.#options.events.newRequest(request)
  }

  #setConversations(summaries: AgentConversationSummary[]): void {
    const mine = new Set(summaries.map((summary) => summary.id))
    for (const id of this.threads.keys()) if (!mine.has(id)) this.#conversationRemoved(id)
    for (const summary of summaries) {
      const thread = this.#thread(summary)
      thread.flush()
      if (thread.whole !== null) void thread.refresh()
    }
    void this.#prefetch()
  }

  /** Loads the other conversations one by one, so that switching shows them at once. */
  async #prefetch(): Promise<void> {
    if (this.#prefetching) return
    this.#prefetching = true
    for (const thread of [...this.threads.values()]) {
      if (thread.whole === null && !thread.loadFailed && this.#socket.state !== 'stopped') await thread.refresh()
    }
    this.#prefetching = false
  }

  #thread(summary: AgentConversationSummary): Thread {
    let thread = this.threads.get(summary.id)
    if (thread === undefined) {
      thread = new Thread(summary, this.#options.api, this.agent.value.id)
      this.threads.set(summary.id, thread)
    } else {
      const isOlder = summary.last_seq < thread.summary.last_seq
      thread.summary = isOlder ? { ...summary, ...lastOf(thread.summary) } : { ...thread.summary, ...summary }
      thread.touch()
    }
    return thread
  }

  #remove(id: string): void {
    this.threads.get(id)?.stop()
    this.threads.delete(id)
    if (this.openId.value === id) this.openId.value = null
  }

  async #loadReference(): Promise<void> {
    try {
      this.reference.value = await this.#options.api.reference()
    } catch (error) {
      this.#report(error)
    }
  }

  #report(error: unknown): void {
    // Without a connection the banner says it already; a lost session leads to the login page.
    if (error instanceof ApiError && (error.status === 0 || error.status === 401)) return
    this.#options.events.problem(error instanceof Error ? error.message : String(error))
  }
}
