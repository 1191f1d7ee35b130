import { computed, ref, shallowRef } from 'vue'
import type { AgentConversationSummary } from '../../shared/contract'

type Counted = Pick<AgentConversationSummary, 'last_seq' | 'agent_read_seq' | 'unread'>

/**
 * How many messages of the customer nobody on the operator's side has seen: those the last row counted, and those heard
 * since. A row counts what came while there was no connection too.
 */
export class Unread {
  readonly #row = shallowRef<Counted>({ last_seq: 0, agent_read_seq: 0, unread: 0 })
  readonly #heard = shallowRef<ReadonlySet<number>>(new Set())
  readonly #read = ref(0)
  readonly #count = computed(() => {
    const { last_seq, unread } = this.#row.value
    const since = Math.max(last_seq, this.#read.value)
    return (this.#read.value < last_seq ? unread : 0) + [...this.#heard.value].filter((seq) => seq > since).length
  })

  get count(): number {
    return this.#count.value
  }

  takeRow(row: Counted): void {
    // A row that was made before the last one is no news.
    if (row.last_seq < this.#row.value.last_seq) return
    this.#row.value = row
    this.#heard.value = new Set([...this.#heard.value].filter((seq) => seq > row.last_seq))
    this.read(row.agent_read_seq)
  }

  /** A message of the customer came. */
  hear(seqs: readonly number[]): void {
    const fresh = seqs.filter((seq) => seq > this.#row.value.last_seq && !this.#heard.value.has(seq))
    if (fresh.length > 0) this.#heard.value = new Set([...this.#heard.value, ...fresh])
  }

  read(seq: number): void {
    this.#read.value = Math.max(this.#read.value, seq)
  }
}
