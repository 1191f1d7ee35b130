/** Reads `#rgb` or `#rrggbb`; anything else is null. */
export function parseHex(colour: string): [number, number, number] | null {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour.trim())
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour.trim())
  const parts = short?.slice(1).map((digit) => digit + digit) ?? long?.slice(1)
  if (!parts) return null
  return parts.map((part) => parseInt(part, 16)) as [number, number, number]
}

/** Text colour that stays readable (WCAG contrast) on the brand colour. */
export function textOn(colour: string): string {
  const rgb = parseHex(colour)
  if (!rgb) return '#fff'
  const [r, g, b] = rgb.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b
  const onWhite = 1.05 / (luminance + 0.05)
  return onWhite >= 4 ? '#fff' : '#14161a'
}
