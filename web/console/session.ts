import { shallowRef, type ShallowRef } from 'vue'
import type { Agent } from '../shared/contract'

export interface Session {
  token: string
  expires_at_ms: number
  agent: Agent
}

// Survives a reload, ends with the tab: consoles stand on shared desks.
const KEY = 'xiaoqiao-console:session'

/** Who works in this tab; null until logged in. */
export const session: ShallowRef<Session | null> = shallowRef(load())

export function enter(begun: Session): void {
  session.value = begun
  sessionStorage.setItem(KEY, JSON.stringify(begun))
}

export function leave(): void {
  session.value = null
  sessionStorage.removeItem(KEY)
}

function load(): Session | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Session | null
    return kept && kept.expires_at_ms > Date.now() ? kept : null
  } catch {
    return null
  }
}
