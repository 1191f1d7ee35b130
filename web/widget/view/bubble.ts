import { isPicture, sizeText, wordsOf } from '../../shared/attachments'
import type { Attachment, Message } from '../../shared/contract'
import type { PendingLetter } from '../../shared/courier'
import { safeHref, segmentText } from '../../shared/links'
import { MARK } from '../../shared/mark'
import type { Texts } from '../texts'
import { offersComment } from '../comments'
import { el, icon, ICONS } from './dom'

export interface BubbleActions {
  press: (message: Message, title: string, payload: string) => void
  retry: (client_message_id: string) => void
  discard: (client_message_id: string) => void
  fileUrl: (id: string) => string
  showPicture: (id: string) => void
  /** Answers whether a person may be offered now. */
  judge: (seq: number, helpful: boolean) => Promise<boolean>
  transfer: () => void
  /** What the customer adds to their score; null: nothing. */
  comment: (offer: Message, text: string | null) => void
}

const LINK_REL = 'noopener noreferrer nofollow'

export function messageRow(message: Message, previous: Message | undefined, continues: boolean, texts: Texts, actions: BubbleActions): HTMLElement {
  const { sender, seq } = message
  const words = wordsOf(message)
  const article = message.outcome?.kind === 'answer' ? message.outcome.article_title : null
  const bubble = el('div', { class: article ? 'bubble card' : 'bubble' }, article && articleHead(article, texts), words !== '' && textBlock(words, texts), ...files(message.attachments, texts, actions))
  for (const link of message.links) {
    const anchor = linkCard(link.title, link.url, texts)
    if (anchor) bubble.append(anchor)
  }
  const time = el('time', { datetime: new Date(message.created_at_ms).toISOString() }, clock(message.created_at_ms, texts))
  const who = el('div', { class: 'who' }, el('b', {}, senderLabel(message, texts)), time)
  if (sender === 'customer') who.append(icon(...ICONS.check), el('span', { class: 'mark', testid: 'xq-mark' }, texts.delivered))
  const row = el(
    'div',
    { class: `row ${sender}`, testid: 'xq-message', 'data-sender': sender, 'data-seq': seq },
    sender !== 'system' && sender !== 'customer' && avatar(message),
    el('div', { class: 'stack' }, who, bubble, buttonBar(message, actions), mayBeJudged(message, previous) && feedbackBar(seq, texts, actions)),
  )
  joinRow(row, message, previous, continues)
  return row
}

/** Makes a row fit what stands before it: `continues` when the same person goes on in the same breath. */
export function joinRow(row: HTMLElement, message: Message, previous: Message | undefined, continues: boolean): void {
  row.classList.toggle('continues', continues)
  row.querySelector('.who')?.classList.toggle('hidden', continues)
  if (!mayBeJudged(message, previous)) row.querySelector('.feedback')?.remove()
}

export function pendingRow(letter: PendingLetter, texts: Texts, actions: BubbleActions): HTMLElement {
  const state = el('div', { class: `sending ${letter.status}`, testid: 'xq-pending-state' })
  const label = letter.status === 'failed' ? texts.failed : letter.status === 'sent' ? texts.sent : letter.status === 'sending' ? texts.sending : texts.waiting
  state.append(icon(...(letter.status === 'failed' ? ICONS.alert : letter.status === 'sent' ? ICONS.check : ICONS.clock)), label)
  if (letter.status === 'failed') {
    const id = letter.client_message_id
    state.append(
      el('span', { class: 'reason' }, letter.error ?? ''),
      el('button', { type: 'button', on: { click: () => { actions.retry(id) } } }, texts.retry),
      el('button', { type: 'button', on: { click: () => { actions.discard(id) } } }, texts.discard),
    )
  }
  return el(
    'div',
    { class: 'row customer', testid: 'xq-message', 'data-sender': 'customer', 'data-pending': letter.status },
    el('div', { class: 'stack' }, el('div', { class: 'bubble' }, textBlock(letter.text, texts)), state),
  )
}

/** A person of the operator has seen this message of the customer. */
export function markRead(row: HTMLElement, texts: Texts): void {
  const mark = row.querySelector('.mark')
  if (mark) mark.textContent = texts.read
}

/** Buttons serve once: from the answer on they only show what was chosen, by its payload. Undefined: still open. */
export function markButtons(row: HTMLElement, chosen: string | undefined): void {
  for (const button of row.querySelectorAll<HTMLButtonElement>('.choices button')) {
    button.disabled = chosen !== undefined
    button.classList.toggle('chosen', chosen === button.dataset.payload)
  }
}

/** 继续排队 means something only to who has a place in the queue. */
export function markKeepPlace(row: HTMLElement, isQueued: boolean): void {
  for (const button of row.querySelectorAll<HTMLButtonElement>('.choices button')) {
    if (button.dataset.payload === KEEP_PLACE_PAYLOAD) button.hidden = !isQueued && !button.classList.contains('chosen')
  }
}

/** Answers and tasks are judged; of the several messages of one answer, the first. */
export function mayBeJudged({ sender, outcome }: Message, previous: Message | undefined): boolean {
  if (sender !== 'bot' || (outcome?.kind !== 'answer' && outcome?.kind !== 'task')) return false
  return previous?.sender !== 'bot' || JSON.stringify(previous.outcome) !== JSON.stringify(outcome)
}

/** Shows what the customer thinks of an answer. */
export function markFeedback(row: HTMLElement, helpful: boolean | undefined): void {
  for (const button of row.querySelectorAll<HTMLButtonElement>('.feedback [data-helpful]')) {
    button.setAttribute('aria-pressed', String(helpful !== undefined && button.dataset.helpful === String(helpful)))
  }
}

function feedbackBar(seq: number, texts: Texts, actions: BubbleActions): HTMLElement {
  const { feedback } = texts
  const said = el('span', { class: 'said', role: 'status' })
  const judge = async (helpful: boolean): Promise<void> => {
    try {
      const offer = await actions.judge(seq, helpful)
      said.replaceChildren(helpful ? feedback.thanks : feedback.sorry)
      if (offer) said.append(el('button', { type: 'button', testid: 'xq-feedback-transfer', on: { click: () => { actions.transfer() } } }, texts.transfer))
    } catch {
      said.replaceChildren(feedback.failed)
    }
    // Under the last answer it would open beneath the writing box.
    said.scrollIntoView({ block: 'nearest' })
  }
  const choice = (helpful: boolean, title: string): HTMLElement =>
    el('button', { type: 'button', testid: helpful ? 'xq-helpful' : 'xq-unhelpful', 'data-helpful': String(helpful), 'aria-pressed': 'false', on: { click: () => void judge(helpful) } }, title)
  return el('div', { class: 'feedback', role: 'group', 'aria-label': feedback.label, testid: 'xq-feedback' }, choice(true, feedback.yes), choice(false, feedback.no), said)
}

export function senderLabel(message: Message, texts: Texts): string {
  return message.sender === 'agent' ? texts.agentLabel(message.sender_name) : texts.sender[message.sender]
}

export function clock(at_ms: number, texts: Texts): string {
  return new Date(at_ms).toLocaleTimeString(texts.locale, { hour: '2-digit', minute: '2-digit', hour12: false })
}

export function day(at_ms: number, now_ms: number, texts: Texts): string {
  const date = new Date(at_ms)
  const days = Math.round((new Date(now_ms).setHours(0, 0, 0, 0) - new Date(at_ms).setHours(0, 0, 0, 0)) / 86_400_000)
  if (days === 0) return texts.today
  if (days === 1) return texts.yesterday
  if (days === -1) return texts.tomorrow
  const year = date.getFullYear() === new Date(now_ms).getFullYear() ? undefined : 'numeric'
  return date.toLocaleDateString(texts.locale, { year, month: 'long', day: 'numeric' })
}

function textBlock(text: string, texts: Texts): HTMLElement {
  const block = el('div', { class: 'text' })
  for (const segment of segmentText(text)) {
    if (segment.href === null) block.append(segment.text)
    else block.append(el('a', { href: segment.href, target: '_blank', rel: LINK_REL }, segment.text, newWindowHint(texts)))
  }
  return block
}

/** Pictures are shown small and open large; other files are offered for saving. */
function files(attachments: readonly Attachment[], texts: Texts, actions: BubbleActions): HTMLElement[] {
  return attachments.map((one) => {
    const target = { href: actions.fileUrl(one.id), target: '_blank', rel: LINK_REL, testid: 'xq-attachment' }
    if (isPicture(one)) {
      const open = (): void => {
        actions.showPicture(one.id)
      }
      const label = texts.openPicture(one.name)
      return el('button', { type: 'button', class: 'picture', testid: 'xq-attachment', 'aria-label': label, title: label, on: { click: open } }, el('img', { src: actions.fileUrl(one.id), alt: '', loading: 'lazy' }))
    }
    return el('a', { class: 'link', ...target }, icon(...ICONS.document), el('span', {}, one.name, ' ', el('small', {}, sizeText(one.size_bytes))), newWindowHint(texts))
  })
}

function articleHead(title: string, texts: Texts): HTMLElement {
  return el('div', { class: 'article' }, icon(...ICONS.document), el('span', {}, el('small', {}, texts.articleTag), title))
}

function linkCard(title: string, url: string, texts: Texts): HTMLElement | null {
  const href = safeHref(url)
  if (href === null) return null
  const isPhone = href.startsWith('tel:')
  const target = isPhone ? {} : { target: '_blank', rel: LINK_REL }
  return el('a', { class: 'link', href, ...target }, icon(...(isPhone ? ICONS.phone : ICONS.open)), el('span', {}, title || url), !isPhone && newWindowHint(texts))
}

function newWindowHint(texts: Texts): HTMLElement {
  return el('span', { class: 'hidden' }, texts.linkNewWindow)
}

/** The queue bar has this one, for as long as it means anything. */
const LEAVE_QUEUE_PAYLOAD = '/leave_queue'
const KEEP_PLACE_PAYLOAD = '/keep_place'

/** Answers to "how was it", with their score: `/satisfaction{"score": 5}`. They are shown as stars. */
const SATISFACTION = /^\/satisfaction\{"score": ?([1-5])\}$/

function buttonBar(message: Message, actions: BubbleActions): HTMLElement | null {
  const buttons = message.buttons.filter((button) => button.payload !== LEAVE_QUEUE_PAYLOAD)
  if (buttons.length === 0 || offersComment(message)) return null
  const scored = buttons.map((button) => ({ ...button, score: Number(SATISFACTION.exec(button.payload)?.[1] ?? 0) }))
  const isRating = scored.every((button) => button.score > 0)
  if (isRating) scored.sort((one, other) => one.score - other.score)
  const bar = el('div', { class: isRating ? 'choices stars' : 'choices' })
  for (const { title, payload } of scored) {
    const press = (): void => {
      actions.press(message, title, payload)
    }
    const content = isRating ? [icon(...ICONS.star), el('span', { class: 'label' }, title)] : [title]
    bar.append(el('button', { type: 'button', testid: 'xq-button', 'data-payload': payload, title: isRating ? title : null, on: { click: press } }, ...content))
  }
  return bar
}

function avatar(message: Message): HTMLElement {
  const letter = message.sender === 'agent' ? Array.from(message.sender_name)[0] : MARK
  return el('div', { class: 'avatar', 'aria-hidden': 'true' }, letter ?? icon(...ICONS.person))
}
