export interface ShortcutActions {
  claimNext: () => void
  previous: () => void
  next: () => void
  nextUnread: () => void
  reply: () => void
  transfer: () => void
  close: () => void
  context: () => void
  knowledge: () => void
  note: () => void
  emoji: () => void
  attach: () => void
  /** 0 is the best one. */
  suggestion: (number: number) => void
}

/** By key position, because Alt + a letter writes a special sign on some keyboards. */
const KEYS: Record<string, Exclude<keyof ShortcutActions, 'suggestion'>> = {
  KeyN: 'claimNext',
  ArrowUp: 'previous',
  ArrowDown: 'next',
  KeyU: 'nextUnread',
  KeyR: 'reply',
  KeyT: 'transfer',
  KeyE: 'close',
  KeyI: 'context',
  KeyK: 'knowledge',
  KeyM: 'note',
  KeyJ: 'emoji',
  KeyA: 'attach',
}

/** Alt + / anywhere, or ? where nothing is being written. */
export function asksForHelp(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey) return false
  if (event.altKey) return event.code === 'Slash' && !event.shiftKey
  const target = event.target instanceof Element ? event.target.closest('input, textarea, select, [contenteditable]') : null
  return event.key === '?' && target === null
}

const FADING = '[class*="-leave-active"]'

/** A dialog covers the page: what a key would change beneath it could not be seen. `data-beside` marks what only lies next to it. */
function isCovered(): boolean {
  return document.querySelector(`[aria-modal=true]:not([data-beside], ${FADING})`) !== null
}

/** A dialog that fades away gives the focus back at its end. What a fast hand asks for meanwhile comes right after. */
function afterFading(act: () => void): void {
  if (document.querySelector(`[aria-modal=true]${FADING}`) === null) act()
  else requestAnimationFrame(() => { afterFading(act) })
}

/** Listens on the whole page; answers how to stop. */
export function installShortcuts(actions: ShortcutActions): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const action = KEYS[event.code]
    const digit = /^Digit([1-3])$/.exec(event.code)?.[1]
    if ((action === undefined && digit === undefined) || isCovered()) return
    event.preventDefault()
    afterFading(() => {
      if (digit !== undefined) actions.suggestion(Number(digit) - 1)
      else if (action !== undefined) actions[action]()
    })
  }
  document.addEventListener('keydown', onKey)
  return () => {
    document.removeEventListener('keydown', onKey)
  }
}
