export interface ShortcutActions {
  claimNext: () => void
  previous: () => void
  next: () => void
  nextUnread: () => void
  reply: () => void
  transfer: () => void
  close: () => void
  context: () => void
}

/** By key position, because Alt + a letter writes a special sign on some keyboards. */
const KEYS: Record<string, keyof ShortcutActions> = {
  KeyN: 'claimNext',
  ArrowUp: 'previous',
  ArrowDown: 'next',
  KeyU: 'nextUnread',
  KeyR: 'reply',
  KeyT: 'transfer',
  KeyE: 'close',
  KeyI: 'context',
}

/** Listens on the whole page; answers how to stop. */
export function installShortcuts(actions: ShortcutActions): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const action = KEYS[event.code]
    if (action === undefined) return
    event.preventDefault()
    actions[action]()
  }
  document.addEventListener('keydown', onKey)
  return () => {
    document.removeEventListener('keydown', onKey)
  }
}
