import { el } from './dom'

/** A field with its label, and beneath it what is wrong with what was written. */
export class FieldView {
  readonly element: HTMLElement
  readonly #label: HTMLLabelElement
  readonly #problem: HTMLElement

  constructor(
    name: string,
    private readonly input: HTMLInputElement | HTMLTextAreaElement,
    changed: () => void,
    aside: HTMLElement | null = null,
  ) {
    const id = `xq-form-${name}`
    input.id = id
    input.dataset.testid = id
    input.setAttribute('aria-describedby', `${id}-problem${aside ? ` ${aside.id}` : ''}`)
    input.addEventListener('input', changed)
    this.#label = el('label', { for: id })
    this.#problem = el('span', { class: 'problem', id: `${id}-problem`, testid: `${id}-problem` })
    this.element = el('div', { class: 'field' }, this.#label, input, el('div', { class: 'under' }, this.#problem, aside))
  }

  get value(): string {
    return this.input.value
  }

  set value(value: string) {
    this.input.value = value
  }

  label(words: string): void {
    this.#label.textContent = words
  }

  setPlaceholder(words: string): void {
    this.input.placeholder = words
  }

  setRequired(isRequired: boolean): void {
    this.input.setAttribute('aria-required', String(isRequired))
  }

  /** Empty words take the complaint back. */
  complain(words: string): void {
    if (this.#problem.textContent !== words) this.#problem.textContent = words
    this.input.setAttribute('aria-invalid', String(words !== ''))
  }

  focus(): void {
    this.input.focus()
  }
}

export interface Choice<T extends string> {
  readonly element: HTMLElement
  value: T
}

/** One of a few, as radio buttons in the shape of chips. */
export function choiceOf<T extends string>(
  name: string,
  legend: string,
  values: readonly [T, ...T[]],
  label: (value: T) => string,
  changed: () => void,
): Choice<T> {
  const id = `xq-form-${name}`
  const radio = (value: T): HTMLInputElement => el('input', { type: 'radio', name: id, value, testid: `${id}-${value}`, on: { change: changed } })
  const chips = values.map((value) => ({ value, input: radio(value) }))
  const labels = chips.map(({ value, input }) => el('label', { class: 'radio' }, input, el('span', {}, label(value))))
  const element = el('fieldset', { class: `field choice ${name}` }, el('legend', {}, legend), el('div', { class: 'radios' }, ...labels))
  let chosen = values[0]
  return {
    element,
    get value(): T {
      return chips.find(({ input }) => input.checked)?.value ?? chosen
    },
    set value(value: T) {
      chosen = value
      for (const chip of chips) chip.input.checked = chip.value === value
    },
  }
}
