import type { Message, Note } from '../../shared/contract'
import type { Thread } from './thread'

/** The service writes numbers like this for whoever has not asked for them: 138****8000. */
const MASKED = /\d{3,7}\*{4}\d{3}[\dX]/

export function isMasked(text: string | null | undefined): boolean {
  return MASKED.test(text ?? '')
}

/** A message as this view shows it: with its numbers, when they were asked for. */
export function inView(thread: Thread, message: Message): Message {
  const text = thread.numbers.given?.messages[String(message.seq)]
  return text === undefined ? message : { ...message, text }
}

/** Any other text about the conversation: a line of the summary, an earlier contact, a ticket's result. */
export function textInView(thread: Thread, text: string): string {
  return thread.numbers.given?.others[text] ?? text
}

export function noteInView(thread: Thread, note: Note): Note {
  const text = thread.numbers.given?.notes[String(note.number)]
  return text === undefined ? note : { ...note, text }
}
