import { PageMemory } from '../shared/pageMemory'

/** What the widget keeps in the browser: the visitor token and, elsewhere, unsent messages and preferences. */

const PREFIX = 'xiaoqiao:'
const OPEN_KEY = `${PREFIX}open`

export type KeyValue = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/** One for all elements of the page, so that one that is taken out and put in again finds what it had. */
const memories = { localStorage: new PageMemory(), sessionStorage: new PageMemory() }

/**
 * The storage; where the browser forbids it (private mode, blocked third-party storage), one that lives as long as the page.
 * A full one is read, and written to as far as it takes anything.
 */
export function usableStorage(name: 'localStorage' | 'sessionStorage' = 'localStorage'): KeyValue {
  let storage: Storage | null = null
  try {
    const probe = `${PREFIX}probe`
    storage = window[name]
    storage.setItem(probe, '1')
    storage.removeItem(probe)
    return storage
  } catch {
    // Some browsers give a storage without room where they forbid one: unlike a full one it is empty.
    return storage !== null && storage.length > 0 ? memories[name].over(storage, PREFIX) : memories[name]
  }
}

/** One key prefix a server and customer, so that two customers of one browser never see each other's conversation. */
export function storagePrefix(server: string, identityToken: string | null): string {
  return `${PREFIX}${server}:${identityToken === null ? 'guest' : `customer-${claimsOf(identityToken).subject ?? identityToken.slice(-24)}`}`
}

/** What an identity token says of the customer. */
export interface Claims {
  subject: string | null
  name: string
  phone: string
}

/**
 * Reads an identity token without verifying it, which the service does: here it only names the customer's drawer and
 * saves them typing. An odd token says nothing.
 */
export function claimsOf(token: string | null): Claims {
  let said: Record<string, unknown> = {}
  try {
    const payload = (token?.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0))
    said = (JSON.parse(new TextDecoder().decode(bytes)) ?? {}) as Record<string, unknown>
  } catch {
    // It gets a drawer of its own.
  }
  const word = (name: string): string => (typeof said[name] === 'string' ? said[name] : '')
  const subject = typeof said.sub === 'number' ? String(said.sub) : typeof said.sub === 'string' ? said.sub : null
  return { subject, name: word('name'), phone: word('phone') }
}

export function read(storage: KeyValue, key: string): string | null {
  try {
    return storage.getItem(key)
  } catch {
    return null
  }
}

/** Null removes. */
export function write(storage: KeyValue, key: string, value: string | null): void {
  try {
    if (value === null) storage.removeItem(key)
    else storage.setItem(key, value)
  } catch {
    // Full or forbidden: it is then not remembered across a reload.
  }
}

/** Whether the window was open on the page before, in this tab. */
export function wasOpenBefore(): boolean {
  return read(usableStorage('sessionStorage'), OPEN_KEY) === '1'
}

export function rememberOpen(open: boolean): void {
  write(usableStorage('sessionStorage'), OPEN_KEY, open ? '1' : '0')
}
