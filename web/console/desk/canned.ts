import { preferences } from '../preferences'
import { texts } from '../texts'

export interface CannedReply {
  text: string
  /** Personal ones can be removed. */
  isPersonal: boolean
}

export interface CannedValues {
  customer: string
  agent: string
}

const CUSTOMER = '{客户姓名}'
const AGENT = '{我的姓名}'

export function cannedReplies(query: string): CannedReply[] {
  const personal = preferences.personalReplies.map((text) => ({ text, isPersonal: true }))
  const shared = texts.canned.map((text) => ({ text, isPersonal: false }))
  const words = query.trim().toLowerCase()
  return [...personal, ...shared].filter((reply) => reply.text.toLowerCase().includes(words))
}

/** Puts names into the reply; an unknown customer's place is left empty rather than called "访客". */
export function fillIn(text: string, { customer, agent }: CannedValues): string {
  return text.replaceAll(CUSTOMER, customer).replaceAll(AGENT, agent)
}

export function keepPersonal(text: string): void {
  if (!preferences.personalReplies.includes(text)) preferences.personalReplies.unshift(text)
}

export function dropPersonal(text: string): void {
  preferences.personalReplies = preferences.personalReplies.filter((one) => one !== text)
}
