import type { Message } from '../../shared/contract'
import type { Texts } from '../texts'
import { offersComment } from '../comments'
import { serviceTime_ms } from '../serviceTime'
import { clock, day, joinRow, messageRow, type BubbleActions } from './bubble'
import { el } from './dom'

const SAME_BREATH_MS = 2 * 60_000
const SHOW_TIME_AFTER_MS = 10 * 60_000

/**
 * The rows of the messages: made once and kept, so a long conversation stays cheap.
 *
 * What was there before the page, and what is fetched of earlier days, lies where a screen reader does not speak up by
 * itself; only what comes while the page is open is announced.
 */
export class MessageRows {
  readonly history = el('div', { class: 'rows', 'aria-live': 'off' })
  readonly live = el('div', { class: 'rows' })
  readonly #rows = new Map<number, HTMLElement>()
  #first: Message | null = null
  #last: Message | undefined
  /** Over the first row. */
  #firstMark: HTMLElement | null = null
  #today = new Date(serviceTime_ms()).toDateString()

  constructor(
    private readonly texts: Texts,
    private readonly actions: BubbleActions,
    /** What stands under a message that offers a comment. */
    private readonly commentBox: (offer: Message) => HTMLElement,
  ) {}

  get size(): number {
    return this.#rows.size
  }

  get(seq: number): HTMLElement | undefined {
    return this.#rows.get(seq)
  }

  /** From the first to the last as they stand. */
  *all(): Generator<HTMLElement> {
    for (const list of [this.history, this.live]) for (const row of list.querySelectorAll<HTMLElement>('.row')) yield row
  }

  [Symbol.iterator](): IterableIterator<[number, HTMLElement]> {
    return this.#rows.entries()
  }

  /** Whether showing these puts rows in front of those that are there. */
  hasEarlier(messages: readonly Message[]): boolean {
    return this.#first !== null && (messages[0]?.seq ?? Infinity) < this.#first.seq
  }

  /** Answers whether messages came at the end. */
  show(messages: readonly Message[], historySeq: number): boolean {
    if (messages.length === this.#rows.size && messages[0]?.id === this.#first?.id) return false
    const at = messages.findIndex((message) => message.id === this.#first?.id)
    if (at < 0) this.#clear()
    if (at > 0) this.#prepend(messages.slice(0, at))
    const fresh = messages.slice(this.#rows.size)
    for (const message of fresh) this.#append(message, message.seq <= historySeq)
    return fresh.length > 0
  }

  /** The page may be open past midnight: what was today is yesterday then. */
  keepTime(): void {
    const today = new Date(serviceTime_ms()).toDateString()
    if (today === this.#today) return
    this.#today = today
    for (const list of [this.history, this.live]) {
      for (const mark of list.querySelectorAll<HTMLElement>('.when')) mark.textContent = this.#timeWords(Number(mark.dataset.atMs))
    }
  }

  #timeWords(at_ms: number): string {
    return `${day(at_ms, serviceTime_ms(), this.texts)} ${clock(at_ms, this.texts)}`
  }

  #clear(): void {
    this.#rows.clear()
    this.#first = null
    this.#last = undefined
    this.#firstMark = null
    this.history.replaceChildren()
    this.live.replaceChildren()
  }

  #append(message: Message, isHistory: boolean): void {
    const { mark, row } = this.#make(message, this.#last)
    if (this.#first === null) {
      this.#first = message
      this.#firstMark = mark
    }
    this.#last = message
    // What is new stands last, whatever is loaded after it.
    const list = isHistory && this.live.childElementCount === 0 ? this.history : this.live
    list.append(...[mark, row].filter((one) => one !== null))
  }

  /** Only the earlier rows are made; the one that was first may now continue what stands before it. */
  #prepend(earlier: readonly Message[]): void {
    const made = earlier.map((message, i) => this.#make(message, earlier[i - 1]))
    this.history.prepend(...made.flatMap(({ mark, row }) => [mark, row]).filter((one) => one !== null))
    const [second, previous] = [this.#first, earlier.at(-1)]
    const row = second && this.#rows.get(second.seq)
    if (second && row) {
      joinRow(row, second, previous, continues(second, previous))
      if (!needsMark(second, previous)) this.#firstMark?.remove()
    }
    this.#first = earlier[0] ?? this.#first
    this.#firstMark = made[0]?.mark ?? null
  }

  #make(message: Message, previous: Message | undefined): { mark: HTMLElement | null; row: HTMLElement } {
    const mark = needsMark(message, previous) ? this.#timeMark(message.created_at_ms) : null
    const row = messageRow(message, previous, continues(message, previous), this.texts, this.actions)
    if (offersComment(message)) row.querySelector('.stack')?.append(this.commentBox(message))
    this.#rows.set(message.seq, row)
    return { mark, row }
  }

  #timeMark(at_ms: number): HTMLElement {
    return el('div', { class: 'when', 'data-at-ms': at_ms }, this.#timeWords(at_ms))
  }
}

function continues(message: Message, previous: Message | undefined): boolean {
  return previous?.sender === message.sender && previous.sender_name === message.sender_name && message.created_at_ms - previous.created_at_ms < SAME_BREATH_MS
}

function needsMark(message: Message, previous: Message | undefined): boolean {
  return message.created_at_ms - (previous?.created_at_ms ?? 0) > SHOW_TIME_AFTER_MS
}
