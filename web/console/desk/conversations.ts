import { computed, ref, shallowReactive, type ComputedRef, type Ref } from 'vue'
import type { Agent, AgentConversationSummary, Message } from '../../shared/contract'
import type { AgentApi } from '../api'
import { lastOf } from './rows'
import { Thread } from './thread'

export interface ConversationsOptions {
  api: AgentApi
  agent: Pick<Agent, 'id' | 'name'>
  /** The open conversation was seen up to its last message. */
  onRead: (thread: Thread) => void
  onRemoved: (thread: Thread) => void
  onAssigned: (thread: Thread, from: string | null) => void
}

/** The conversations I serve, and which of them is open. */
export class Conversations {
  readonly threads: Map<string, Thread> = shallowReactive(new Map<string, Thread>())
  readonly openId: Ref<string | null> = ref(null)
  readonly open: ComputedRef<Thread | null> = computed(() => this.threads.get(this.openId.value ?? '') ?? null)
  /** False while another page of the console is shown: what arrives then is unread. */
  readonly isShown: Ref<boolean> = ref(true)
  readonly #options: ConversationsOptions
  #leaving = new Set<string>()
  #prefetching = false
  #stopped = true

  constructor(options: ConversationsOptions) {
    this.#options = options
  }

  start(): void {
    this.#stopped = false
  }

  stop(): void {
    this.#stopped = true
    for (const thread of this.threads.values()) thread.stop()
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

  /** Takes what the service says of one conversation, which may be new. */
  put(summary: AgentConversationSummary): Thread {
    let thread = this.threads.get(summary.id)
    if (thread === undefined) {
      thread = new Thread(summary, this.#options.api, this.#options.agent.id)
      this.threads.set(summary.id, thread)
    } else {
      const isOlder = summary.last_seq < thread.summary.last_seq
      thread.summary = isOlder ? { ...summary, ...lastOf(thread.summary) } : { ...thread.summary, ...summary }
      thread.touch()
    }
    return thread
  }

  /** Takes conversations that may have come without my claiming them here; `isNews`: the agent is told of those that did. */
  come(summaries: readonly AgentConversationSummary[], isNews: boolean): void {
    for (const summary of summaries) {
      const isNew = !this.threads.has(summary.id)
      const thread = this.put(summary)
      if (isNew && isNews) void this.#announce(thread)
    }
  }

  /** Takes a whole snapshot. */
  replace(summaries: readonly AgentConversationSummary[]): void {
    const mine = new Set(summaries.map((summary) => summary.id))
    for (const id of this.threads.keys()) if (!mine.has(id)) this.gone(id)
    for (const summary of summaries) {
      const thread = this.put(summary)
      thread.flush()
      if (thread.whole !== null) void thread.refresh()
    }
    void this.#prefetch()
  }

  /** Takes a customer's new message: it is read if its conversation lies open before the agent, else unread. */
  arrived(thread: Thread, message: Message): void {
    if (message.sender !== 'customer') return
    if (this.openId.value !== thread.id || !this.#isLookedAt) {
      thread.unread++
      thread.touch()
    } else this.#tellRead(thread)
  }

  /** The service says a conversation is not mine any more; that is no news if I gave it away. */
  gone(id: string): void {
    const thread = this.threads.get(id)
    if (thread === undefined) return
    const byMe = this.#leaving.has(id)
    this.#remove(id)
    if (byMe) return
    thread.lose()
    this.#options.onRemoved(thread)
  }

  /** Ends my part in a conversation. */
  async giveAway(thread: Thread, call: () => Promise<void>): Promise<void> {
    this.#leaving.add(thread.id)
    try {
      await call()
      thread.draft = ''
      this.#remove(thread.id)
    } finally {
      this.#leaving.delete(thread.id)
    }
  }

  get #isLookedAt(): boolean {
    return this.isShown.value && document.visibilityState === 'visible'
  }

  /** Handed to me by somebody, or given to me by the service. */
  async #announce(thread: Thread): Promise<void> {
    await thread.refresh()
    const { name } = this.#options.agent
    const last = thread.whole?.request?.transfers.at(-1)
    this.#options.onAssigned(thread, last?.to === name && last.from_agent !== name ? last.from_agent : null)
  }

  #tellRead(thread: Thread): void {
    if (this.#isLookedAt) this.#options.onRead(thread)
  }

  /** Loads the other conversations one by one, so that switching shows them at once. */
  async #prefetch(): Promise<void> {
    if (this.#prefetching) return
    this.#prefetching = true
    for (const thread of [...this.threads.values()]) {
      if (thread.whole === null && !thread.loadFailed && !this.#stopped) await thread.refresh()
    }
    this.#prefetching = false
  }

  #remove(id: string): void {
    this.threads.get(id)?.stop()
    this.threads.delete(id)
    if (this.openId.value === id) this.openId.value = null
  }
}
