import { shallowRef, type ShallowRef } from 'vue'
import type { Agent } from '../shared/contract'
import { alone } from '../shared/alone'
import { ApiError, callJson } from '../shared/http'

export interface Session {
  token: string
  expires_at_ms: number
  refresh_token: string
  refresh_expires_at_ms: number
  agent: Agent
}

/** Refreshed this long before the token ends. */
const AHEAD_MS = 90_000
const LOOK_EVERY_MS = 20_000

// The name of the session survives a reload and ends with the tab: consoles stand on shared desks. Its tokens lie where a
// copy of the tab finds them too, because each refresh token works once.
const KEY = 'xiaoqiao-console:session'
const keyOf = (id: string): string => `${KEY}:${id}`

/** Who works in this tab; null until logged in. */
export const session: ShallowRef<Session | null> = shallowRef(load())

export function enter(begun: Session): void {
  const id = crypto.getRandomValues(new Uint32Array(4)).join('-')
  sessionStorage.setItem(KEY, id)
  keep(id, begun)
}

export function leave(): void {
  const id = sessionStorage.getItem(KEY)
  if (id) localStorage.removeItem(keyOf(id))
  sessionStorage.removeItem(KEY)
  session.value = null
}

/**
 * A valid token in place of `used`; null when the session is over.
 *
 * @throws ApiError when the service could not be asked.
 */
export function renew(used: string, networkText: string): Promise<string | null> {
  const id = sessionStorage.getItem(KEY)
  if (!id) return Promise.resolve(null)
  return alone(keyOf(id), async () => {
    const known = stored(id)
    if (known === null) return null
    if (known.token !== used) {
      // Another call, or a copy of this tab, was faster.
      session.value = known
      return known.token
    }
    try {
      const body = { refresh_token: known.refresh_token }
      const fresh = await callJson<Session>((input, init) => fetch(input, init), '/api/v1/agent/refresh', { body }, networkText)
      // Logged out meanwhile.
      if (sessionStorage.getItem(KEY) !== id) return null
      keep(id, fresh)
      return fresh.token
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }
  })
}

/** Refreshes the token before it ends, until the answered function is called. */
export function keepFresh(networkText: string): () => void {
  const timer = setInterval(() => {
    const now = session.value
    if (now === null || now.expires_at_ms - Date.now() > AHEAD_MS) return
    // What fails now is tried again in a moment, and by the next call.
    renew(now.token, networkText).catch(() => undefined)
  }, LOOK_EVERY_MS)
  return () => {
    clearInterval(timer)
  }
}

/** Tells when a copy of this tab logged out, until the answered function is called. */
export function watchOthers(onLeft: () => void): () => void {
  const look = (event: StorageEvent): void => {
    const id = sessionStorage.getItem(KEY)
    if (id && event.key === keyOf(id) && event.newValue === null) onLeft()
  }
  addEventListener('storage', look)
  return () => {
    removeEventListener('storage', look)
  }
}

function keep(id: string, begun: Session): void {
  localStorage.setItem(keyOf(id), JSON.stringify(begun))
  session.value = begun
}

function load(): Session | null {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(`${KEY}:`) && stored(key.slice(KEY.length + 1)) === null) localStorage.removeItem(key)
  }
  return stored(sessionStorage.getItem(KEY) ?? '')
}

function stored(id: string): Session | null {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(id)) ?? 'null') as Session | null
    return kept && kept.refresh_expires_at_ms > Date.now() ? kept : null
  } catch {
    return null
  }
}
