export interface TextSegment {
  text: string
  href: string | null
}

const SAFE_PROTOCOLS = new Set(['http:', 'https:', 'tel:'])
// Stops at white space, CJK characters and full-width punctuation: "见https://a.cn/b。谢谢" links "https://a.cn/b" only.
const URL_IN_TEXT = /https?:\/\/[^\s<>"'`，。；：！？、（）【】《》「」“”‘’\u4e00-\u9fff]+/gi
const TRAILING_PUNCTUATION = /[.,;:!?)\]}]+$/

/** The address as given if it may be opened from a page (http, https, tel), else null: never `javascript:` or `data:`. */
export function safeHref(url: string): string | null {
  let parsed: URL
  try {
    parsed = new URL(url.trim())
  } catch {
    return null
  }
  return SAFE_PROTOCOLS.has(parsed.protocol) ? parsed.href : null
}

/** Cuts text into plain parts and web addresses. Nothing of it is ever read as markup. */
export function segmentText(text: string): TextSegment[] {
  const segments: TextSegment[] = []
  let end = 0
  for (const match of text.matchAll(URL_IN_TEXT)) {
    const shown = match[0].replace(TRAILING_PUNCTUATION, '')
    const href = safeHref(shown)
    if (href === null) continue
    if (match.index > end) segments.push({ text: text.slice(end, match.index), href: null })
    segments.push({ text: shown, href })
    end = match.index + shown.length
  }
  if (end < text.length) segments.push({ text: text.slice(end), href: null })
  return segments
}
