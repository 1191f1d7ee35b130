import { reactive, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type {
  Agent,
  AgentConversationSummary,
  AgentFrame,
  AgentSays,
  Message,
  Presence,
  ReferenceData,
  RequestSummary,
  TicketCounts,
} from '../../shared/contract'
import { ApiError } from '../../shared/http'
import { LiveSocket, type SocketState } from '../../shared/liveSocket'
import type { TransferTarget, Wrapup } from '../api'
import { saidOf } from '../texts'
import { Attempts } from './attempts'
import { Beside } from './beside'
import { Conversations } from './conversations'
import type { DeskOptions } from './events'
import type { OpenTicket } from './openTicket'
import { Reference } from './reference'
import { summaryOf, winnerOf } from './rows'
import { Team } from './team'
import type { Thread } from './thread'
import { WaitingList } from './waitingList'

/** The service is up, its storage is not; the stream stays open and goes on by itself. */
const STORAGE_AWAY = 'storage_unavailable'
const NOT_MINE = 'not_your_conversation'

/** Everything an agent works with: presence, the live queue, my conversations and which one is open. */
export class Desk {
  readonly agent: Ref<Agent>
  readonly waiting = new WaitingList()
  readonly requests = this.waiting.requests
  readonly clockAhead_ms = this.waiting.clockAhead_ms
  readonly threads: Map<string, Thread>
  readonly openId: Ref<string | null>
  readonly open: ComputedRef<Thread | null>
  readonly isShown: Ref<boolean>
  readonly socketState: Ref<SocketState> = ref('stopped')
  readonly reference: Ref<ReferenceData>
  readonly team: Team
  /** How many tickets wait; a new object whenever a ticket came or changed. */
  readonly ticketCounts: ShallowRef<TicketCounts | null> = shallowRef(null)
  /** A conversation somebody else serves and I look on at. */
  readonly watched: ShallowRef<Thread | null>
  /** Requests being claimed by me right now. */
  readonly claiming = reactive(new Set<string>())
  /** What the service itself says is wrong with it, until it sends news again. */
  readonly trouble: Ref<string | null> = ref(null)
  readonly #options: DeskOptions
  readonly #attempts: Attempts
  readonly #reference: Reference
  readonly #socket: LiveSocket<AgentFrame, AgentSays>
  readonly #mine: Conversations
  readonly #beside: Beside
  /** The ticket whose page is open. */
  readonly ticket: OpenTicket
  #wasReady = false

  constructor(options: DeskOptions) {
    this.#options = options
    this.agent = ref(options.agent)
    this.#attempts = new Attempts(options.events)
    this.#reference = new Reference(() => this.#attempts.attempt(options.api.reference()))
    this.reference = this.#reference.data
    this.team = new Team(options.api, (call) => this.#attempts.attempt(call))
    this.#mine = new Conversations({
      api: options.api,
      agent: options.agent,
      onRead: (thread) => {
        this.#socket.send({ type: 'read', conversation_id: thread.id, seq: thread.summary.last_seq })
      },
      onRemoved: (thread, servedBy) => {
        options.events.removed(thread, servedBy)
      },
      onAssigned: (thread, from) => {
        options.events.assigned(thread, from)
      },
      onMissed: (threads) => {
        options.events.missed(threads)
      },
    })
    this.#beside = new Beside(options.api, this.agent, (frame) => {
      this.#socket.send(frame)
    })
    this.ticket = this.#beside.ticket
    this.threads = this.#mine.threads
    this.openId = this.#mine.openId
    this.open = this.#mine.open
    this.isShown = this.#mine.isShown
    this.watched = this.#beside.watching.thread
    this.#socket = new LiveSocket<AgentFrame, AgentSays>({
      url: () => new URL('/api/v1/agent/stream', location.href).href.replace(/^http/, 'ws'),
      hello: () => ({ type: 'auth', token: options.token() }),
      onFrame: (frame) => {
        this.#receive(frame)
      },
      onState: (state) => {
        this.socketState.value = state
        if (state === 'open') {
          void this.refresh()
          this.#beside.follow()
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
    this.#mine.start()
    void this.refresh()
    this.#socket.start()
  }

  stop(): void {
    this.#socket.stop()
    this.#mine.stop()
  }

  /** The network may be back. */
  hurry(): void {
    this.#socket.hurry()
    this.#mine.flush()
  }

  /** Reads everything anew: at the start and after each lost connection. */
  async refresh(): Promise<void> {
    const { api } = this.#options
    void this.#reference.load()
    try {
      const [requests, conversations] = await Promise.all([api.queue(), api.conversations()])
      this.#setQueue(requests)
      this.#mine.replace(conversations)
    } catch (error) {
      this.#attempts.report(error)
    }
  }

  async setPresence(presence: Presence): Promise<void> {
    this.agent.value = (await this.#attempts.attempt(this.#options.api.setPresence(presence))) ?? this.agent.value
  }

  /** Takes a waiting customer. Losing the race is normal: the winner is named and the row goes. */
  async claim(request: RequestSummary): Promise<Thread | null> {
    if (this.claiming.has(request.id)) return null
    this.claiming.add(request.id)
    try {
      const whole = await this.#options.api.claim(request.id)
      this.waiting.drop(request.id)
      const thread = this.#mine.put(summaryOf(whole, request))
      thread.adopt(whole)
      this.show(thread.id)
      return thread
    } catch (error) {
      if (error instanceof ApiError && [404, 409].includes(error.status)) {
        const isTaken = error.code === 'already_claimed' || error.code === 'no_longer_waiting' || error.status === 404
        if (isTaken) this.waiting.drop(request.id)
        this.#options.events.lostRace(winnerOf(error), error.message)
      } else this.#attempts.report(error)
      return null
    } finally {
      this.claiming.delete(request.id)
    }
  }

  show(id: string | null): void {
    this.#mine.show(id)
  }

  /** The page is looked at again: what is open counts as read. */
  seen(): void {
    this.#mine.seen()
  }

  async close(thread: Thread, wrapup: Wrapup): Promise<void> {
    await this.#mine.giveAway(thread, () => this.#options.api.close(thread.id, thread.summary.request_id, wrapup))
  }

  async transfer(thread: Thread, to: TransferTarget, reason: string): Promise<void> {
    await this.#mine.giveAway(thread, () => this.#options.api.transfer(thread.id, thread.summary.request_id, to, reason))
  }

  watch(conversation_id: string): void {
    this.#beside.watching.start(conversation_id)
  }

  unwatch(): void {
    this.#beside.watching.stop()
  }

  /** From looking on to serving it myself. */
  async takeOver(reason: string): Promise<void> {
    const thread = this.watched.value
    if (thread === null) return
    // Claiming by another way: what comes is no news.
    this.claiming.add(thread.id)
    try {
      await this.#options.api.transfer(thread.id, thread.summary.request_id, { agent_id: this.agent.value.id }, reason)
      this.unwatch()
      await this.refresh()
      this.show(thread.id)
    } finally {
      this.claiming.delete(thread.id)
    }
  }

  tellTyping(thread: Thread): void {
    this.#socket.send({ type: 'typing', conversation_id: thread.id })
  }

  /** Wherever the conversation is shown. */
  #all(id: string): Thread[] {
    const mine = this.threads.get(id)
    return [...(mine ? [mine] : []), ...this.#beside.threads(id)]
  }

  // ---- frames ------------------------------------------------------------------------------------------

  #receive(frame: AgentFrame): void {
    if (!['error', 'pong', 'typing'].includes(frame.type)) this.trouble.value = null
    switch (frame.type) {
      case 'ready':
        this.agent.value = frame.agent
        // What I serve is the past when the page begins, and may be news when a connection was lost.
        this.#mine.come(frame.conversations, this.#wasReady)
        this.#wasReady = true
        break
      case 'agent':
        this.agent.value = frame.agent
        break
      case 'reference':
        this.#reference.take(frame.reference)
        break
      case 'queue':
        this.#setQueue(frame.requests)
        break
      case 'message':
        this.#receiveMessage(frame.conversation_id, frame.message)
        break
      case 'conversation':
        this.#receiveConversation(frame.conversation)
        break
      case 'typing':
        for (const thread of this.#all(frame.conversation_id)) if (frame.sender === 'customer') thread.showTyping()
        break
      case 'notes':
        for (const thread of this.#all(frame.conversation_id)) thread.takeNotes(frame.notes)
        break
      case 'mentions':
        this.team.mentions.value = frame.mentions
        break
      case 'follow_ups':
        this.team.followUps.value = frame.follow_ups
        break
      case 'tickets':
        this.ticketCounts.value = frame.counts
        break
      case 'conversation_removed':
        this.#mine.gone(frame.conversation_id, frame.agent_name)
        break
      case 'error':
        if (frame.error.code === STORAGE_AWAY) this.trouble.value = saidOf(frame.error)
        // The page of a colleague's ticket says itself that its conversation is not to be read.
        else if (frame.error.code !== NOT_MINE) this.#options.events.problem(saidOf(frame.error))
        break
      case 'pong':
    }
  }

  #receiveMessage(id: string, message: Message): void {
    for (const thread of this.#beside.threads(id)) thread.receive(message)
    const thread = this.threads.get(id)
    if (!thread?.receive(message)) return
    if (message.sender === 'customer') this.#options.events.newMessage(thread, message)
  }

  #receiveConversation(summary: AgentConversationSummary): void {
    for (const thread of this.#beside.threads(summary.id)) thread.follow(summary)
    const isMine = this.threads.has(summary.id) || (!this.#beside.watching.is(summary.id) && (summary.agent ?? this.agent.value.name) === this.agent.value.name)
    if (!isMine) return
    if (summary.state !== 'active') {
      this.#mine.gone(summary.id)
      return
    }
    this.#mine.come([summary], this.claiming.size === 0)
  }

  #setQueue(requests: RequestSummary[]): void {
    for (const request of this.waiting.replace(requests)) this.#options.events.newRequest(request)
  }
}
