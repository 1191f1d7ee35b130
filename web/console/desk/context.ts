import type { AgentConversation, Entity, HandoffContext, Message, TriedArticle, Turn } from '../../shared/contract'
import { named, texts } from '../texts'

export interface Explained {
  /** The customer message it is about; null if the assistant sent its understanding without one. */
  message: Message | null
  turn: Turn
}

/** What was understood of message `seq`, or of the last message in which an intent was found. */
export function explain(conversation: AgentConversation, seq: number | null): Explained | null {
  const known = Object.keys(conversation.understanding).map(Number)
  const withIntent = known.filter((one) => (conversation.understanding[String(one)]?.intent_ranking.length ?? 0) > 0)
  const wanted = seq !== null && known.includes(seq) ? seq : Math.max(...(withIntent.length > 0 ? withIntent : known))
  const turn = conversation.understanding[String(wanted)]
  if (turn) return { message: conversation.messages.find((one) => one.seq === wanted) ?? null, turn }
  const context = conversation.request?.context
  return context && context.intent_ranking.length > 0 ? { message: null, turn: context } : null
}

export function failedTurns(conversation: AgentConversation): number {
  return conversation.request?.context.failed_turns ?? 0
}

export interface Detail {
  name: string
  value: string
}

/** Slots that steer the dialogue and tell an agent nothing that is not shown elsewhere. */
const INTERNAL_SLOTS = new Set(['next_step', 'pending', 'failed_turns', 'offered_articles', 'handoff_reason', 'skill_group', 'requested_slot', 'session_started_metadata'])

/** Entities of a message and filled slots, in words. */
export function details(turn: Turn | null, context: HandoffContext | undefined): Detail[] {
  const found: Detail[] = []
  const add = (name: string, value: unknown): void => {
    const shown = inWords(value)
    if (shown !== '' && !found.some((one) => one.name === name && one.value === shown)) found.push({ name, value: shown })
  }
  for (const { entity, value } of turn?.entities ?? ([] as Entity[])) add(named(texts.entities, entity), value)
  for (const [slot, value] of Object.entries(context?.slots ?? {})) if (!INTERNAL_SLOTS.has(slot)) add(named(texts.slots, slot), value)
  return found
}

/** Articles tried in the turn, or in the handoff as a whole; best first. */
export function articlesTried(turn: Turn | null, context: HandoffContext | undefined): TriedArticle[] {
  const articles = turn?.articles.length ? turn.articles : (context?.articles ?? [])
  return [...articles].sort((a, b) => b.score - a.score)
}

function inWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return ''
  if (typeof value === 'boolean') return value ? texts.yes : texts.no
  if (Array.isArray(value)) return texts.list(value.map(inWords).filter(Boolean))
  return typeof value === 'string' ? value : JSON.stringify(value)
}
