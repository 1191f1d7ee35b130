type Rgb = [number, number, number]

/** WCAG: text of normal size. */
const ENOUGH = 4.5
/** A little more for text that stands on a tint of the same colour too. */
const COMFORTABLE = 5.4
const WHITE: Rgb = [255, 255, 255]
const INK: Rgb = [20, 22, 26]
const BLACK: Rgb = [0, 0, 0]
/** The lightest of the dark surfaces that text of the brand colour stands on (styles/base.css); of the light ones it is white. */
const DARK_SURFACE: Rgb = [38, 42, 50]

/** Reads `#rgb` or `#rrggbb`; anything else is null. */
export function parseHex(colour: string): Rgb | null {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour.trim())
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour.trim())
  const parts = short?.slice(1).map((digit) => digit + digit) ?? long?.slice(1)
  if (!parts) return null
  return parts.map((part) => parseInt(part, 16)) as Rgb
}

export const BRAND_PROPERTIES = ['--brand', '--on-brand', '--accent-light', '--accent-dark']

/** The properties of styles/base.css that a brand colour sets, all of them readable; null for what is no colour. */
export function brandProperties(colour: string): Record<string, string> | null {
  const rgb = parseHex(colour)
  if (!rgb) return null
  return {
    '--brand': hex(rgb),
    '--on-brand': hex(textOn(rgb)),
    '--accent-light': hex(readable(rgb, WHITE, BLACK)),
    '--accent-dark': hex(readable(rgb, DARK_SURFACE, WHITE)),
  }
}

/** The contrast of two colours, 1 to 21, as WCAG counts it. */
export function contrast(one: Rgb, other: Rgb): number {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

function textOn(rgb: Rgb): Rgb {
  return [WHITE, INK].find((text) => contrast(text, rgb) >= ENOUGH) ?? BLACK
}

/** The colour as it is, or as far on the way to `end` as it takes to be read on this surface. */
function readable(rgb: Rgb, surface: Rgb, end: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = rgb.map((value, i) => Math.round(value + ((end[i] ?? 0) - value) * share)) as Rgb
    if (contrast(mixed, surface) >= COMFORTABLE) return mixed
  }
  return end
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function hex(rgb: Rgb): string {
  return `#${rgb.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}
