import { KeptFiles } from '../../shared/keptFiles'

const byAgent = new Map<string, KeptFiles>()

/** The files that an agent chose and the service does not have yet, of all conversations together. */
export function agentFiles(agentId: string): KeptFiles {
  let kept = byAgent.get(agentId)
  if (kept === undefined) {
    kept = new KeptFiles(`${prefixOf(agentId)}files`)
    byAgent.set(agentId, kept)
    // Named by a draft's files or by a letter: both stand in the storage as they are.
    const written = Object.entries(localStorage).flatMap(([key, value]) => (key.startsWith(prefixOf(agentId)) ? String(value) : []))
    void kept.sweep((key) => written.some((text) => text.includes(key)))
  }
  return kept
}

/** Of everything an agent's console keeps in the browser. */
export function prefixOf(agentId: string): string {
  return `xiaoqiao-console:${agentId}:`
}
