import type { ConversationView } from '../../shared/contract'
import type { Texts } from '../texts'
import { el } from './dom'

/** Where the customer stands in the queue, and the way out of it. */
export class QueueBarView {
  readonly element: HTMLElement
  readonly #title = el('b', {})
  readonly #detail = el('div', { class: 'detail' })
  readonly #leave: HTMLButtonElement

  constructor(
    private readonly texts: Texts,
    leave: () => Promise<void>,
  ) {
    this.#leave = el('button', { type: 'button', testid: 'xq-leave-queue', on: { click: () => void this.#onLeave(leave) } }, texts.leaveQueue)
    const words = el('div', { class: 'words' }, this.#title, this.#detail)
    this.element = el('div', { class: 'queue', role: 'status', testid: 'xq-queue', hidden: true }, el('span', { class: 'pulse', 'aria-hidden': 'true' }), words, this.#leave)
  }

  update(conversation: ConversationView | null): void {
    this.element.hidden = conversation?.state !== 'queued'
    const text = conversation?.state === 'queued' ? describe(conversation, this.texts) : ''
    if (text !== this.#detail.textContent) this.#detail.textContent = text
    const title = isNobodyThere(conversation) ? this.texts.queueKept : this.texts.queueTitle
    if (title !== this.#title.textContent) this.#title.textContent = title
  }

  async #onLeave(leave: () => Promise<void>): Promise<void> {
    this.#leave.disabled = true
    try {
      await leave()
    } catch {
      // Still queued, still shown; the connection notice says why.
    } finally {
      this.#leave.disabled = false
    }
  }
}

/** Nobody is put through while there is nobody to be put through to. */
export function isNobodyThere(conversation: ConversationView | null): boolean {
  return conversation?.queue?.agents_online === 0
}

function describe({ queue }: ConversationView, texts: Texts): string {
  if (queue === null) return ''
  if (queue.agents_online === 0) return texts.queueNobody
  const place = texts.queuePosition(queue.position)
  return queue.estimated_wait_s === null ? place : `${place} · ${texts.queueWait(Math.ceil(queue.estimated_wait_s / 60))}`
}
