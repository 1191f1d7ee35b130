/** What the widget keeps in the browser: the visitor token and, elsewhere, unsent messages and preferences. */

const OPEN_KEY = 'xiaoqiao:open'

export type KeyValue = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/** localStorage, or null where the browser forbids it (private mode, blocked third-party storage). */
export function usableStorage(): KeyValue | null {
  try {
    const probe = 'xiaoqiao:probe'
    localStorage.setItem(probe, '1')
    localStorage.removeItem(probe)
    return localStorage
  } catch {
    return null
  }
}

/**
 * One key prefix a server and customer, so that two customers of one browser never see each other's conversation.
 *
 * The token is not verified here (the service does); its subject only names the drawer.
 */
export function storagePrefix(server: string, identityToken: string | null): string {
  return `xiaoqiao:${server}:${identityToken === null ? 'guest' : `customer-${subjectOf(identityToken)}`}`
}

function subjectOf(token: string): string {
  try {
    const payload = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0))
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown }
    if (typeof claims.sub === 'string' || typeof claims.sub === 'number') return String(claims.sub)
  } catch {
    // An odd token gets its own drawer; the service will say what is wrong with it.
  }
  return token.slice(-24)
}

export function read(storage: KeyValue | null, key: string): string | null {
  try {
    return storage?.getItem(key) ?? null
  } catch {
    return null
  }
}

/** Null removes. */
export function write(storage: KeyValue | null, key: string, value: string | null): void {
  try {
    if (value === null) storage?.removeItem(key)
    else storage?.setItem(key, value)
  } catch {
    // Full or forbidden: it is then not remembered across a reload.
  }
}

/** Whether the window was open on the page before, in this tab. */
export function wasOpenBefore(): boolean {
  try {
    return sessionStorage.getItem(OPEN_KEY) === '1'
  } catch {
    return false
  }
}

export function rememberOpen(open: boolean): void {
  try {
    sessionStorage.setItem(OPEN_KEY, open ? '1' : '0')
  } catch {
    // Not remembered across pages then.
  }
}
