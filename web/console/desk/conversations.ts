import { computed, ref, shallowReactive, type ComputedRef, type Ref } from 'vue'
import type { Agent, AgentConversationSummary } from '../../shared/contract'
import type { AgentApi } from '../api'
import { prefixOf } from './agentFiles'
import { inTurns } from './inTurns'
import { Thread } from './thread'

export interface ConversationsOptions {
  api: AgentApi
  agent: Pick<Agent, 'id' | 'name'>
  /** The open conversation was seen up to its last message. */
  onRead: (thread: Thread) => void
  onRemoved: (thread: Thread, servedBy: string | null) => void
  onAssigned: (thread: Thread, from: string | null) => void
  /** Rows count messages of customers that were not heard live. */
  onMissed: (threads: readonly Thread[]) => void
}

/** More readings at once would only be in each other's way. */
const READ_AT_ONCE = 3

/** The conversations I serve, and which of them is open. */
export class Conversations {
  readonly threads: Map<string, Thread> = shallowReactive(new Map<string, Thread>())
  readonly openId: Ref<string | null> = ref(null)
  readonly open: ComputedRef<Thread | null> = computed(() => this.threads.get(this.openId.value ?? '') ?? null)
  /** Only while the desk's own page is shown; what arrives on another one, or before any is shown, is unread. */
  readonly isShown: Ref<boolean> = ref(false)
  readonly #options: ConversationsOptions
  #leaving = new Set<string>()
  #isReopened = false
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
    if (id === null) sessionStorage.removeItem(this.#openKey)
    else sessionStorage.setItem(this.#openKey, id)
    const thread = this.open.value
    if (thread === null) return
    this.#tellRead(thread)
    if (thread.whole === null) void thread.refresh()
  }

  /** The page is looked at again: what is open counts as read. */
  seen(): void {
    if (this.open.value) this.#tellRead(this.open.value)
  }

  /** What waits to be sent goes out now, if it can. */
  flush(): void {
    for (const thread of this.threads.values()) thread.flush()
  }

  /** Takes what the service says of one conversation, which may be new. */
  put(summary: AgentConversationSummary): Thread {
    const known = this.threads.get(summary.id)
    known?.takeRow(summary)
    if (known) return known
    const thread = new Thread(summary, this.#options.api, this.#options.agent.id)
    thread.onGrown = () => {
      this.#tellRead(thread)
    }
    this.threads.set(summary.id, thread)
    return thread
  }

  /** Takes conversations that may have come without my claiming them here; `isNews`: the agent is told of those that did. */
  come(summaries: readonly AgentConversationSummary[], isNews: boolean): void {
    const missed: Thread[] = []
    for (const summary of summaries) {
      const known = this.threads.get(summary.id)
      const before = known?.unread ?? 0
      const thread = this.put(summary)
      this.#tellRead(thread)
      if (known === undefined && isNews) void this.#announce(thread)
      else if (known && thread.unread > before) missed.push(thread)
    }
    if (missed.length > 0) this.#options.onMissed(missed)
  }

  /** Takes a whole snapshot; of what was read before only what is missing is read. */
  replace(summaries: readonly AgentConversationSummary[]): void {
    const mine = new Set(summaries.map((summary) => summary.id))
    for (const id of this.threads.keys()) if (!mine.has(id)) this.gone(id)
    this.come(summaries, false)
    const threads = [...this.threads.values()]
    for (const thread of threads) thread.flush()
    this.#reopen()
    const behind = threads.filter((thread) => thread.whole !== null && thread.isBehind)
    void inTurns(behind, READ_AT_ONCE, (thread) => (this.#stopped ? Promise.resolve() : thread.refresh()))
  }

  get #openKey(): string {
    return `${prefixOf(this.#options.agent.id)}open`
  }

  /** After a reload the conversation that was open is so again. */
  #reopen(): void {
    const id = sessionStorage.getItem(this.#openKey)
    if (this.#isReopened) return
    this.#isReopened = true
    if (id !== null && this.openId.value === null && this.threads.has(id)) this.show(id)
  }

  /** The service says a conversation is not mine any more; that is no news if I gave it away. */
  gone(id: string, servedBy: string | null = null): void {
    const thread = this.threads.get(id)
    if (thread === undefined) return
    const byMe = this.#leaving.has(id)
    this.#remove(id)
    if (byMe) return
    thread.lose()
    this.#options.onRemoved(thread, servedBy)
  }

  /** Ends my part in a conversation. */
  async giveAway(thread: Thread, call: () => Promise<void>): Promise<void> {
    this.#leaving.add(thread.id)
    try {
      await call()
      thread.files.clear()
      thread.drawer.empty()
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

  /** What lies open before the agent is seen, by whatever way it came; the service is told until its rows say so. */
  #tellRead(thread: Thread): void {
    if (thread.id !== this.openId.value || !this.#isLookedAt) return
    if (thread.unread === 0 && thread.summary.unread === 0) return
    thread.read()
    this.#options.onRead(thread)
  }

  #remove(id: string): void {
    this.threads.get(id)?.stop()
    this.threads.delete(id)
    if (this.openId.value === id) this.show(null)
  }
}
