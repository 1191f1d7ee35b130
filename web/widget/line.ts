import type { CustomerFrame, CustomerSays } from '../shared/contract'
import { LiveSocket, type LiveSocketOptions } from '../shared/liveSocket'

export interface LineOptions extends Pick<LiveSocketOptions<CustomerFrame, CustomerSays>, 'url' | 'hello' | 'onFrame' | 'onRefused' | 'createSocket'> {
  /** The connection is there; `again` when one was lost before. */
  onOpen: (again: boolean) => void
  /** There is none, and the next attempt is waited for. */
  onLost: () => void
  onChange: () => void
}

/** The live connection to the service, and whether it was lost since it was last there. */
export class Line {
  readonly #socket: LiveSocket<CustomerFrame, CustomerSays>
  #isLost = false
  #toldRead = 0

  constructor({ onOpen, onLost, onChange, ...socket }: LineOptions) {
    this.#socket = new LiveSocket<CustomerFrame, CustomerSays>({
      ...socket,
      onState: (state) => {
        if (state === 'waiting') {
          this.#isLost = true
          onLost()
        }
        if (state === 'open') {
          const again = this.#isLost
          this.#isLost = false
          this.#toldRead = 0
          onOpen(again)
        }
        onChange()
      },
    })
  }

  get isOpen(): boolean {
    return this.#socket.state === 'open'
  }

  get isStopped(): boolean {
    return this.#socket.state === 'stopped'
  }

  get isLost(): boolean {
    return this.#isLost
  }

  start(): void {
    this.#socket.start()
  }

  stop(): void {
    this.#socket.stop()
  }

  /** Does not wait until the silence is noticed. */
  lose(): void {
    this.#socket.reconnect()
  }

  hurry(): void {
    this.#socket.hurry()
  }

  /** Answers whether it went out. */
  tellTyping(): boolean {
    return this.#socket.send({ type: 'typing' })
  }

  /** Tells how far the customer has seen the conversation, once on each connection. */
  tellRead(seq: number): void {
    if (seq > this.#toldRead && this.#socket.send({ type: 'read', seq })) this.#toldRead = seq
  }
}
