import { keepFocusAmong } from './focus'
import { moved, WHOLE, zoomAt, type Zoom } from './zoom'

export interface Picture {
  src: string
  name: string
}

export interface LightboxTexts {
  title: string
  close: string
  previous: string
  next: string
  original: string
  /** Which picture of how many is shown. */
  place: (number: number, count: number) => string
}

const KEY_FACTOR = 1.5
const DOUBLE_FACTOR = 2.5
const SWIPE_PX = 60

/**
 * Shows pictures large, over everything, in a modal dialog: the focus stays inside, Escape closes it, and the browser gives
 * the focus back to where it was.
 *
 * Arrows (or a swipe) go to the next picture; the wheel, a pinch, a double click, + and - enlarge; an enlarged picture is
 * dragged. `root` is where the dialog is put: the page's body, or the shadow root of the widget.
 */
export function showPictures(root: Node, pictures: readonly Picture[], start: number, texts: LightboxTexts): void {
  if (pictures.length === 0) return
  root.appendChild(new Lightbox(pictures, start, texts).dialog)
  const dialog = root.lastChild as HTMLDialogElement
  dialog.showModal()
  dialog.querySelector<HTMLElement>('[data-part=close]')?.focus()
}

class Lightbox {
  readonly dialog = document.createElement('dialog')
  readonly #image = document.createElement('img')
  readonly #stage = part('div', 'stage')
  readonly #place = part('span', 'place')
  readonly #original = document.createElement('a')
  readonly #pointers = new Map<number, { x: number; y: number }>()
  #index: number
  #zoom: Zoom = WHOLE
  /** How far one finger has gone over a picture that is whole. */
  #swiped = 0

  constructor(
    private readonly pictures: readonly Picture[],
    start: number,
    private readonly texts: LightboxTexts,
  ) {
    this.#index = start
    const { dialog } = this
    dialog.className = 'lightbox'
    dialog.setAttribute('aria-label', texts.title)
    dialog.dataset.testid = 'lightbox'
    this.#original.target = '_blank'
    this.#original.rel = 'noopener noreferrer nofollow'
    this.#original.textContent = texts.original
    this.#image.draggable = false
    this.#place.setAttribute('role', 'status')
    const close = button('close', texts.close, '✕', () => {
      dialog.close()
    })
    const bar = part('div', 'bar')
    bar.append(this.#place, this.#original, close)
    this.#stage.append(this.#image)
    dialog.append(bar, this.#stage)
    if (pictures.length > 1) {
      dialog.append(
        button('previous', texts.previous, '‹', () => {
          this.#step(-1)
        }),
        button('next', texts.next, '›', () => {
          this.#step(1)
        }),
      )
    }
    this.#listen()
    this.#show()
  }

  #listen(): void {
    const { dialog } = this
    const stage = this.#stage
    dialog.addEventListener('close', () => {
      dialog.remove()
    })
    dialog.addEventListener('keydown', (event) => {
      this.#onKey(event)
    })
    stage.addEventListener('click', (event) => {
      if (event.target === stage) dialog.close()
    })
    stage.addEventListener('dblclick', (event) => {
      if (this.#zoom.scale > 1) this.#put(WHOLE)
      else this.#put(zoomAt(this.#zoom, DOUBLE_FACTOR, ...this.#fromMiddle(event)))
    })
    stage.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault()
        this.#put(zoomAt(this.#zoom, Math.exp(-event.deltaY / 400), ...this.#fromMiddle(event)))
      },
      { passive: false },
    )
    stage.addEventListener('pointerdown', (event) => {
      if (event.target !== this.#image) return
      this.#pointers.set(event.pointerId, at(event))
      this.#swiped = 0
      this.#image.setPointerCapture(event.pointerId)
    })
    stage.addEventListener('pointermove', (event) => {
      this.#onMove(event)
    })
    for (const end of ['pointerup', 'pointercancel'] as const) {
      stage.addEventListener(end, (event) => {
        this.#onLift(event)
      })
    }
  }

  #onKey(event: KeyboardEvent): void {
    // What is typed here is meant for the pictures, not for the page beneath.
    event.stopPropagation()
    const { key } = event
    if (key === 'Tab') this.#keepFocus(event)
    if (key === 'ArrowLeft') this.#step(-1)
    else if (key === 'ArrowRight') this.#step(1)
    else if (key === '+' || key === '=') this.#put(zoomAt(this.#zoom, KEY_FACTOR, 0, 0))
    else if (key === '-') this.#put(zoomAt(this.#zoom, 1 / KEY_FACTOR, 0, 0))
    else if (key === '0') this.#put(WHOLE)
    else if (key === 'Escape') this.dialog.close()
    else return
    event.preventDefault()
  }

  /** A modal dialog alone would let the focus out to the browser's own bars. */
  #keepFocus(event: KeyboardEvent): void {
    keepFocusAmong([...this.dialog.querySelectorAll<HTMLElement>('a, button')], event, event.target as Element)
  }

  #onMove(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId)
    if (before === undefined) return
    const now = at(event)
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1]
    this.#pointers.set(event.pointerId, now)
    if (other) {
      const factor = distance(now, other) / Math.max(1, distance(before, other))
      const middle = { clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 }
      this.#put(zoomAt(this.#zoom, factor, ...this.#fromMiddle(middle)))
    } else if (this.#zoom.scale > 1) {
      this.#put(moved(this.#zoom, now.x - before.x, now.y - before.y, this.#stage.clientWidth, this.#stage.clientHeight))
    } else this.#swiped += now.x - before.x
  }

  #onLift(event: PointerEvent): void {
    if (!this.#pointers.delete(event.pointerId) || this.#pointers.size > 0 || this.#zoom.scale > 1) return
    if (Math.abs(this.#swiped) > SWIPE_PX) this.#step(this.#swiped < 0 ? 1 : -1)
    this.#swiped = 0
  }

  #step(by: number): void {
    const { length } = this.pictures
    this.#index = (this.#index + by + length) % length
    this.#show()
  }

  #show(): void {
    const picture = this.pictures[this.#index]
    if (picture === undefined) return
    this.#image.src = picture.src
    this.#image.alt = picture.name
    this.#original.href = picture.src
    this.#place.textContent = this.pictures.length > 1 ? this.texts.place(this.#index + 1, this.pictures.length) : picture.name
    this.#put(WHOLE)
  }

  #put(zoom: Zoom): void {
    this.#zoom = zoom
    this.#image.style.transform = `translate(${String(zoom.x)}px, ${String(zoom.y)}px) scale(${String(zoom.scale)})`
    this.#image.classList.toggle('enlarged', zoom.scale > 1)
  }

  #fromMiddle({ clientX, clientY }: { clientX: number; clientY: number }): [number, number] {
    const { left, top, width, height } = this.#stage.getBoundingClientRect()
    return [clientX - left - width / 2, clientY - top - height / 2]
  }
}

function part(tag: 'div' | 'span', name: string): HTMLElement {
  const element = document.createElement(tag)
  element.className = name
  return element
}

function button(name: string, label: string, sign: string, press: () => void): HTMLButtonElement {
  const element = document.createElement('button')
  element.type = 'button'
  element.dataset.part = name
  element.setAttribute('aria-label', label)
  element.title = label
  element.textContent = sign
  element.addEventListener('click', press)
  return element
}

function at({ clientX, clientY }: PointerEvent): { x: number; y: number } {
  return { x: clientX, y: clientY }
}

function distance(one: { x: number; y: number }, other: { x: number; y: number }): number {
  return Math.hypot(one.x - other.x, one.y - other.y)
}
