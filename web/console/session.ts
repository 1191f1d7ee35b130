import type { Agent } from '../shared/contract'

export interface Session {
  token: string
  expires_at_ms: number
  agent: Agent
}

// Survives a reload, ends with the tab: consoles stand on shared desks.
const KEY = 'xiaoqiao-console:session'

export function loadSession(): Session | null {
  try {
    const session = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Session | null
    return session && session.expires_at_ms > Date.now() ? session : null
  } catch {
    return null
  }
}

export function saveSession(session: Session | null): void {
  if (session === null) sessionStorage.removeItem(KEY)
  else sessionStorage.setItem(KEY, JSON.stringify(session))
}
