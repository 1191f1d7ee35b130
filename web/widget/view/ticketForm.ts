import type { TicketWish } from '../../shared/contract'
import type { ChatState } from '../chatState'
import type { Texts } from '../texts'
import { LONGEST_NAME, LONGEST_TICKET, problemsOf, TIMES, wishOf, type TicketForm, type TicketKind, type TicketProblems } from '../ticketForm'
import { el } from './dom'
import { choiceOf, FieldView, type Choice } from './field'

export interface TicketFormActions {
  keep: (form: TicketForm) => void
  submit: (wish: TicketWish) => void
  titleChanged: (title: string) => void
}

const KINDS = ['message', 'callback'] as const

/** The form for a message or a call: what is asked depends on which of the two it is. */
export class TicketFormView {
  readonly element: HTMLFormElement
  readonly #fields = el('div', { class: 'fields' })
  readonly #refused = el('div', { class: 'refused', role: 'alert', hidden: true, testid: 'xq-form-refused' })
  readonly #notice = el('p', { class: 'form-notice', role: 'status', hidden: true, testid: 'xq-form-notice' })
  readonly #submit = el('button', { type: 'submit', class: 'primary', testid: 'xq-form-submit' })
  readonly #text: FieldView
  readonly #phone: FieldView
  readonly #name: FieldView
  readonly #kind: Choice<TicketKind>
  readonly #time: Choice<TicketForm['time']>
  readonly #counter = el('span', { class: 'counter', id: 'xq-form-counter', testid: 'xq-form-counter' })
  /** Fields the customer was told about: they are judged with every key from then on. */
  #told = new Set<keyof TicketProblems>()

  constructor(
    private readonly texts: Texts,
    private readonly actions: TicketFormActions,
  ) {
    const { tickets } = texts
    const changed = (): void => {
      this.#changed()
    }
    this.#text = new FieldView('text', el('textarea', { rows: 4, autocomplete: 'off' }), changed, this.#counter)
    this.#phone = new FieldView('phone', el('input', { type: 'tel', inputmode: 'tel', autocomplete: 'tel', maxlength: 32, placeholder: tickets.placeholders.phone, on: { change: () => { this.#judgePhone() } } }), changed)
    this.#name = new FieldView('name', el('input', { type: 'text', autocomplete: 'name', maxlength: LONGEST_NAME }), changed)
    this.#name.label(tickets.fields.name)
    this.#kind = choiceOf('kind', tickets.kindLabel, KINDS, (kind) => tickets.kinds[kind], () => {
      this.#arrange()
      this.#changed()
    })
    this.#time = choiceOf('time', tickets.fields.time, TIMES, (time) => tickets.times[time], changed)
    this.element = el(
      'form',
      { class: 'ticket-form', novalidate: true, testid: 'xq-form', on: { submit: (event) => { event.preventDefault(); this.#onSubmit() } } },
      el('div', { class: 'form-body' }, this.#refused, this.#kind.element, this.#fields),
      el('div', { class: 'form-foot' }, this.#notice, this.#submit),
    )
  }

  /** Shows a form; `refused`: why the service did not take it. */
  show(form: TicketForm, refused: string | null): void {
    this.#told.clear()
    this.#kind.value = form.kind
    this.#time.value = form.time
    this.#text.value = form.text
    this.#phone.value = form.phone
    this.#name.value = form.name
    this.#refused.hidden = refused === null
    this.#refused.textContent = refused === null ? '' : this.texts.tickets.refused(refused)
    this.#arrange()
    this.#showProblems()
  }

  /** The first thing to fill in. */
  focus(): void {
    const [first] = this.#order()
    if (first instanceof FieldView) first.focus()
  }

  update({ connection, conversation }: Pick<ChatState, 'connection' | 'conversation'>): void {
    const { tickets } = this.texts
    const state = conversation?.state
    const notice = connection === 'offline' ? tickets.offline : state === 'active' ? tickets.served : state === 'queued' ? tickets.leavesQueue : ''
    if (this.#notice.textContent !== notice) this.#notice.textContent = notice
    this.#notice.hidden = notice === ''
  }

  get #form(): TicketForm {
    return { kind: this.#kind.value, text: this.#text.value, phone: this.#phone.value, time: this.#time.value, name: this.#name.value }
  }

  #order(): { readonly element: HTMLElement }[] {
    return this.#kind.value === 'callback' ? [this.#phone, this.#time, this.#text, this.#name] : [this.#text, this.#phone, this.#name]
  }

  /** Labels and order of the fields for this kind. */
  #arrange(): void {
    const { fields, formTitles, placeholders, submit } = this.texts.tickets
    const kind = this.#kind.value
    const isCall = kind === 'callback'
    this.#text.label(isCall ? fields.matter : fields.message)
    this.#text.setPlaceholder(isCall ? '' : placeholders.message)
    this.#phone.label(isCall ? fields.phone : fields.phoneOptional)
    this.#text.setRequired(!isCall)
    this.#phone.setRequired(isCall)
    this.#fields.replaceChildren(...this.#order().map((one) => one.element))
    this.#submit.textContent = submit[kind]
    this.actions.titleChanged(formTitles[kind])
  }

  #changed(): void {
    this.#showProblems()
    this.actions.keep(this.#form)
  }

  #judgePhone(): void {
    if (this.#phone.value.trim() !== '') this.#told.add('phone')
    this.#showProblems()
  }

  #showProblems(): TicketProblems {
    const { counter, phoneProblems, textProblems } = this.texts.tickets
    const form = this.#form
    const found = problemsOf(form)
    if (found.text === 'long') this.#told.add('text')
    this.#text.complain(found.text && this.#told.has('text') ? textProblems[found.text] : '')
    this.#phone.complain(found.phone && this.#told.has('phone') ? phoneProblems[found.phone] : '')
    this.#counter.textContent = counter(form.text.trim().length, LONGEST_TICKET)
    return found
  }

  #onSubmit(): void {
    this.#told = new Set(['text', 'phone'])
    const found = this.#showProblems()
    const wrong: readonly unknown[] = [found.text && this.#text, found.phone && this.#phone]
    const first = this.#order().find((one) => wrong.includes(one))
    if (first instanceof FieldView) first.focus()
    else this.actions.submit(wishOf(this.#form))
  }
}
