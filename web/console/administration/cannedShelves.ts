import type { CannedReply, NamedChoice } from '../../shared/contract'
import { matching } from '../desk/canned'
import { texts } from '../texts'

/** Replies that stand together: one's own, a group's, the shared ones. */
export interface Shelf {
  key: string
  name: string
  scope: CannedReply['scope']
  skill_group: string | null
}

export function shelfKey({ scope, skill_group }: Pick<CannedReply, 'scope' | 'skill_group'>): string {
  return scope === 'group' ? `group:${skill_group ?? ''}` : scope
}

/** In the order they are shown. Who serves nobody has none of their own. */
export function shelves(groups: readonly NamedChoice[], hasOwn: boolean): Shelf[] {
  const own: Shelf[] = hasOwn ? [{ key: 'personal', name: texts.canned.personal, scope: 'personal', skill_group: null }] : []
  const shared: Shelf = { key: 'shared', name: texts.canned.shared, scope: 'shared', skill_group: null }
  return [...own, shared, ...groups.map(({ id, name }): Shelf => ({ key: `group:${id}`, name: texts.canned.groupShelf(name), scope: 'group', skill_group: id }))]
}

/** Why a reply may be one too many: id -> words. */
export function duplicates(replies: readonly CannedReply[], nameOf: (key: string) => string): Map<string, string> {
  const found = new Map<string, string>()
  const byText = new Map<string, CannedReply>()
  const byKeyword = new Map<string, CannedReply>()
  for (const reply of replies) {
    const text = reply.text.replaceAll(/\s/g, '')
    const keyword = reply.keyword.toLowerCase()
    const label = (one: CannedReply): string => [nameOf(shelfKey(one)), one.keyword].filter(Boolean).join(' · ')
    const [sameText, sameKeyword] = [byText.get(text), keyword === '' ? undefined : byKeyword.get(`${shelfKey(reply)}\n${keyword}`)]
    if (sameText) found.set(reply.id, texts.canned.duplicateText(label(sameText)))
    else if (sameKeyword) found.set(reply.id, texts.canned.duplicateKeyword(label(sameKeyword)))
    if (!sameText) byText.set(text, reply)
    if (!sameKeyword) byKeyword.set(`${shelfKey(reply)}\n${keyword}`, reply)
  }
  return found
}

export interface CannedFilter {
  words: string
  /** A shelf's key; empty: all. */
  shelf: string
  onlyDuplicates: boolean
}

export function shown(replies: readonly CannedReply[], filter: CannedFilter, doubled: ReadonlyMap<string, string>): CannedReply[] {
  const here = replies.filter((one) => (filter.shelf === '' || shelfKey(one) === filter.shelf) && (!filter.onlyDuplicates || doubled.has(one.id)))
  // Without words the order of the shelves holds, which people have made.
  return filter.words.trim() === '' ? here : matching(here, filter.words)
}

/** The ids of a shelf with one of them moved by one place; null where it cannot move. */
export function moved(replies: readonly CannedReply[], id: string, by: -1 | 1): string[] | null {
  const one = replies.find((reply) => reply.id === id)
  if (!one) return null
  const ids = replies.filter((reply) => shelfKey(reply) === shelfKey(one)).map((reply) => reply.id)
  const from = ids.indexOf(id)
  const other = ids[from + by]
  if (other === undefined) return null
  ids[from + by] = id
  ids[from] = other
  return ids
}
