import type { Message, Sender } from './contract'
import type { RawSocket } from './liveSocket'

/** A Storage of its own for a test. */
export { PageMemory as MemoryStorage } from './pageMemory'

/** What tests of several modules need. */

export function message(seq: number, text = `第 ${String(seq)} 条`, sender: Sender = 'bot', more: Partial<Message> = {}): Message {
  return { seq, id: `m${String(seq)}`, sender, sender_name: '', text, buttons: [], links: [], attachments: [], outcome: null, created_at_ms: 1_700_000_000_000 + seq, ...more }
}

/** The near end of a WebSocket whose far end is the test. */
export class FakeSocket implements RawSocket {
  static opened: FakeSocket[] = []
  readyState = 0
  sent: Record<string, unknown>[] = []
  onopen: ((event: never) => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  onerror: ((event: never) => void) | null = null

  constructor(readonly url: string) {
    FakeSocket.opened.push(this)
  }

  static get last(): FakeSocket {
    const socket = FakeSocket.opened.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>)
  }

  close(): void {
    this.readyState = 3
  }

  /** The service accepts the connection. */
  accept(): void {
    this.readyState = 1
    this.onopen?.(undefined as never)
  }

  /** The service sends a frame. */
  deliver(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }

  /** The connection breaks. */
  drop(code = 1006): void {
    this.readyState = 3
    this.onclose?.({ code })
  }
}
