import { placeholder } from '../shared/attachments'
import type { Message, Stored } from '../shared/contract'
import { Courier, type Enclosed, type Letter, type PendingLetter } from '../shared/courier'
import { KeptFiles } from '../shared/keptFiles'
import { OutgoingFiles } from '../shared/outgoingFiles'
import { Presses } from './choices'
import type { OwnTickets } from './ownTickets'
import type { KeyValue } from './session'
import type { Visitor } from './visitor'

export interface OutboxOptions {
  visitor: Visitor
  tickets: OwnTickets
  storage: KeyValue
  /** Said of a message whose files the browser has lost. */
  fileGoneText: string
  /** The service has a message; null: a ticket. */
  onStored: (stored: Stored | null) => void
  onChange: () => void
}

/** What the customer sends, until the service has it: messages with their files, presses of buttons, tickets. */
export class Outbox {
  readonly files: OutgoingFiles
  readonly #kept: KeptFiles
  readonly #presses: Presses
  readonly #courier: Courier
  readonly #options: OutboxOptions

  constructor(options: OutboxOptions) {
    const { visitor, storage, fileGoneText, onChange } = options
    this.#options = options
    this.#kept = new KeptFiles(`${visitor.storagePrefix}:files`)
    this.files = new OutgoingFiles(this.#kept, (file) => visitor.upload(file), fileGoneText)
    this.#presses = new Presses(storage, `${visitor.storagePrefix}:pressed`)
    this.#courier = new Courier({
      storageKey: `${visitor.storagePrefix}:unsent`,
      storage,
      deliver: (letter) => this.#deliver(letter),
      onDone: ({ files = [] }) => {
        this.files.drop(files)
      },
      onChange,
    })
  }

  get letters(): readonly PendingLetter[] {
    return this.#courier.letters
  }

  /** Which button of which message was chosen. */
  chosen(messages: readonly Message[]): ReadonlyMap<string, string> {
    return this.#presses.chosen(messages, this.letters)
  }

  /** The conversation is over; what is still to be sent goes into the next one. */
  forget(): void {
    this.#presses.forget()
  }

  /** Forgets kept files that no letter names. */
  sweep(): void {
    const wanted = new Set(this.letters.flatMap(({ files = [] }) => files.map((file) => file.key)))
    void this.#kept.sweep((key) => wanted.has(key))
  }

  start(): void {
    this.#courier.start()
  }

  stop(): void {
    this.#courier.stop()
  }

  /** Tries now what is still to be sent. */
  flush(): void {
    this.#courier.flush()
  }

  /** Takes a message, or a ticket, that was written when the conversation had come to `lastSeq`. */
  post(text: string, lastSeq: number, enclosed: Enclosed): void {
    const { attachments = [], files = [] } = enclosed
    this.#courier.post(text === '' ? placeholder([...attachments, ...files]) : text, lastSeq, enclosed)
  }

  retry(client_message_id: string): void {
    this.#courier.retry(client_message_id)
  }

  discard(client_message_id: string): void {
    this.#courier.discard(client_message_id)
  }

  /** Drops what the conversation shows by now. */
  settle(isShown: (seq: number) => boolean): void {
    this.#courier.settle(isShown)
  }

  async #deliver(letter: Letter): Promise<Stored | null> {
    const { visitor, tickets, onStored } = this.#options
    if (letter.ticket) {
      await tickets.open(letter.client_message_id, letter.ticket)
      onStored(null)
      return null
    }
    const stored = await visitor.send(letter, await this.files.attachmentsOf(letter))
    this.#presses.keep(letter, stored.seq)
    onStored(stored)
    return stored
  }
}
