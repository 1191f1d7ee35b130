type Child = Node | string | null | undefined | false

export interface Properties {
  class?: string
  testid?: string
  hidden?: boolean
  on?: Partial<{ [K in keyof HTMLElementEventMap]: (event: HTMLElementEventMap[K]) => void }>
  [attribute: string]: string | number | boolean | null | undefined | object
}

/** Builds an element. Strings become text nodes; nothing here reads markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false || typeof value === 'object') continue
    const attribute = name === 'testid' ? 'data-testid' : name
    element.setAttribute(attribute, value === true ? '' : String(value))
  }
  for (const [event, handler] of Object.entries(properties.on ?? {})) element.addEventListener(event, handler as EventListener)
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) element.append(child)
  }
  return element
}

const SVG = 'http://www.w3.org/2000/svg'

/** An icon of one or more stroked paths in a 24 x 24 box. */
export function icon(...paths: string[]): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  for (const d of paths) {
    const path = document.createElementNS(SVG, 'path')
    path.setAttribute('d', d)
    if (d.includes('h.01')) path.classList.add('dot')
    svg.append(path)
  }
  return svg
}

export const ICONS = {
  chat: ['M21 11.5a8.4 8.4 0 0 1-8.5 8.3c-1.3 0-2.6-.3-3.7-.8L4 20.5l1.4-4.2A8 8 0 0 1 4 11.5a8.4 8.4 0 0 1 8.5-8.3 8.4 8.4 0 0 1 8.5 8.3z', 'M9 11.5h.01M12.5 11.5h.01M16 11.5h.01'],
  back: ['M15 6l-6 6 6 6'],
  down: ['M6 9l6 6 6-6'],
  send: ['M12 19V5', 'M5.5 11.5 12 5l6.5 6.5'],
  more: ['M5 12h.01M12 12h.01M19 12h.01'],
  smile: ['M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', 'M8.5 14.2s1.2 1.8 3.5 1.8 3.5-1.8 3.5-1.8', 'M9 9.5h.01M15 9.5h.01'],
  star: ['M12 3.8l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z'],
  mic: ['M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3z', 'M6 11.5a6 6 0 0 0 12 0', 'M12 17.5V21'],
  clip: ['M20 11.5l-8 8a5 5 0 0 1-7-7l8.500-8.500a3.300 3.300 0 0 1 4.700 4.700l-8.500 8.500a1.600 1.600 0 0 1-2.300-2.300l7.500-7.500'],
  person: ['M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z', 'M4.5 20.5c.8-3.4 3.8-5.5 7.5-5.5s6.7 2.1 7.5 5.5'],
  document: ['M6 3h8l4 4v14H6z', 'M14 3v4h4', 'M9 12h6M9 16h6'],
  open: ['M14 5h5v5', 'M19 5l-8 8', 'M17 14v5H5V7h5'],
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  clock: ['M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', 'M12 7.5V12l3 2'],
  phone: ['M6.5 3.5h3l1.5 4-2 1.5a11 11 0 0 0 6 6l1.5-2 4 1.5v3c0 1-1 2-2 2A16.5 16.5 0 0 1 4.5 5.500c0-1 1-2 2-2z'],
  alert: ['M12 8v5M12 16.5h.01', 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z'],
} as const
