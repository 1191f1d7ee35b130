import { ref } from 'vue'
import type { CannedReply } from '../../shared/contract'
import type { AgentApi } from '../api'
import { preferences } from '../preferences'

export interface CannedValues {
  customer: string
  agent: string
  plan: string
  /** The last digits of the phone number. */
  phoneEnd: string
}

/* eslint-disable no-restricted-syntax -- Variables stand in the replies as they are kept, whatever the agent's language. */
/** What a reply may have holes for. */
export const VARIABLES = { customer: '{客户姓名}', agent: '{坐席姓名}', plan: '{套餐}', phoneEnd: '{手机尾号}' } as const satisfies Record<keyof CannedValues, string>
/** How replies that were kept in the browser called the agent. */
const FORMER_AGENT = '{我的姓名}'
/* eslint-enable no-restricted-syntax */
const VARIABLE = /\{\p{Script=Han}{1,8}\}/gu

/** Those whose keyword or text has the words; a keyword that begins with them comes first. */
export function matching(replies: readonly CannedReply[], query: string): CannedReply[] {
  const words = query.trim().toLowerCase()
  const found = replies.filter(({ keyword, text }) => `${keyword}\n${text}`.toLowerCase().includes(words))
  const begins = ({ keyword }: CannedReply): number => Number(words !== '' && keyword.toLowerCase().startsWith(words))
  return found.sort((one, other) => begins(other) - begins(one))
}

/** Puts the conversation's values into the reply; a variable without a value stays, to be seen. */
export function fillIn(text: string, { customer, agent, plan, phoneEnd }: CannedValues): string {
  const values: Record<string, string> = { [VARIABLES.agent]: agent, [FORMER_AGENT]: agent, [VARIABLES.plan]: plan, [VARIABLES.phoneEnd]: phoneEnd }
  return text.replaceAll(VARIABLE, (variable) => {
    // Without a name the greeting goes on without it; the others would leave a hole in the sentence.
    if (variable === VARIABLES.customer) return customer
    const value = values[variable] ?? ''
    return value === '' ? variable : value
  })
}

/** Variables that nobody has filled in: the customer must not read them. */
export function unfilled(text: string): string[] {
  return [...new Set(text.match(VARIABLE) ?? [])]
}

/** The replies this agent may use, as the service keeps them. */
export class CannedBook {
  readonly replies = ref<CannedReply[]>([])

  constructor(private readonly api: AgentApi) {}

  async load(): Promise<void> {
    await this.#moveOver()
    this.replies.value = (await this.api.call('get', '/api/v1/canned-replies')).replies
  }

  async keep(text: string): Promise<void> {
    const kept = await this.api.call('post', '/api/v1/canned-replies', { body: { scope: 'personal', keyword: '', text } })
    this.replies.value = [kept, ...this.replies.value]
  }

  async drop(reply_id: string): Promise<void> {
    await this.api.call('delete', '/api/v1/canned-replies/{reply_id}', { parameters: { reply_id } })
    this.replies.value = this.replies.value.filter((one) => one.id !== reply_id)
  }

  /** Replies were kept in the browser once; each leaves it when the service has it. */
  async #moveOver(): Promise<void> {
    for (const text of [...preferences.personalReplies].reverse()) {
      await this.api.call('post', '/api/v1/canned-replies', { body: { scope: 'personal', keyword: '', text: text.replaceAll(FORMER_AGENT, VARIABLES.agent) } })
      preferences.personalReplies = preferences.personalReplies.filter((one) => one !== text)
    }
  }
}
