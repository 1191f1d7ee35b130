/** The mock's conversations, as the service shows them, and whoever hears of them. */
import { masked } from './answers.js'
import { COLLEAGUE, DISPOSITIONS } from './seeds.js'

export class Conversations {
  #byId = new Map()
  #count = 0
  /** Conversation id -> what sends to its customer's pages. */
  customerStreams = new Map()
  agentStreams = new Set()
  /** Conversations whose tickets are open on a page. */
  ticketsRead = new Set()

  get(id) {
    return this.#byId.get(id)
  }

  create(customer) {
    const id = `k${++this.#count}`
    const conversation = { id, state: 'bot', channel: 'web', customer, messages: [], understanding: {}, request: null, agent: null, received: new Map(), notes: [], read: 0, feedback: {}, details: { address: '', note: '', tags: [], vip: false, elderly: false, version: 0 }, changes: [] }
    this.#byId.set(id, conversation)
    return conversation
  }

  askHowItWas(conversation) {
    const names = ['很满意', '满意', '一般', '不满意', '很不满意']
    const buttons = names.map((title, i) => ({ title, payload: `/satisfaction{"score": ${5 - i}}` }))
    this.append(conversation, 'system', '本次人工服务已结束，小桥继续为您服务。对这次服务满意吗？', { buttons })
  }

  append(conversation, sender, text, more = {}) {
    const seq = conversation.messages.length + 1
    const sender_name = sender === 'bot' ? '小桥' : sender === 'system' ? '系统' : ''
    const message = { seq, id: `${conversation.id}-${seq}`, sender, sender_name, text, buttons: [], links: [], attachments: [], outcome: null, created_at_ms: Date.now(), ...more }
    conversation.messages.push(message)
    for (const send of this.customerStreams.get(conversation.id) ?? []) {
      send({ type: 'message', message })
      send({ type: 'conversation', conversation: this.view(conversation) })
    }
    if (conversation.state === 'active' || this.ticketsRead.has(conversation.id)) this.tellAgents({ type: 'message', conversation_id: conversation.id, message })
    return message
  }

  understand(conversation, [text, intent, , , title, article_id]) {
    const others = ['query_balance', 'query_plan_fee', 'cancel_service', 'chitchat'].filter((name) => name !== intent)
    const confidences = [0.21, 0.09, 0.05, 0.02]
    conversation.understanding[conversation.messages.length] = {
      outcome: { kind: 'rephrase' },
      intent,
      confidence: 0.58,
      intent_ranking: [{ name: intent, confidence: 0.58 }, ...others.map((name, i) => ({ name, confidence: confidences[i] }))],
      entities: /三十/.test(text) ? [{ entity: 'amount', value: '30 元', start: 7, end: 11 }] : [],
      articles: [{ article_id, title, score: 0.62 }, { article_id: 'bill-items', title: '账单各项费用说明', score: 0.48 }, { article_id: 'plan-change', title: '如何变更套餐', score: 0.31 }],
      failed_turns: 2,
    }
  }

  enqueue(conversation, [, , skill_group, reason], age_ms) {
    const last = conversation.understanding[Math.max(...Object.keys(conversation.understanding).map(Number))]
    conversation.state = 'queued'
    conversation.request = {
      id: `r${conversation.id}`,
      turn_seq: conversation.messages.length,
      conversation_id: conversation.id,
      reason,
      skill_group,
      priority: reason === 'complaint' ? 'urgent' : conversation.customer?.vip ? 'high' : 'normal',
      priority_reasons: [...(conversation.customer?.vip ? ['vip'] : []), ...(reason === 'repeated_failure' ? ['repeated'] : [])],
      repeated_contact: reason === 'repeated_failure' ? { conversation_id: 'old', channel: 'web', at_ms: Date.now() - 2 * 86_400_000, reason: 'complaint', agent_name: COLLEAGUE, disposition: DISPOSITIONS[0].id, summary: '话费多扣，已登记退费', resolved: false } : null,
      sentiment: reason === 'complaint' ? 'negative' : 'neutral',
      requested_at_ms: Date.now() - age_ms,
      transfers: [],
      given_articles: [],
      context: { ...last, slots: { month: '本月', failed_turns: 2, offered_articles: ['bill-why-higher'] }, recent_turns: [] },
    }
    this.tellQueue()
  }

  all() {
    return [...this.#byId.values()]
  }

  queue() {
    const rank = { urgent: 0, high: 1, normal: 2 }
    return this.all()
      .filter((one) => one.state === 'queued')
      .map((one) => ({
        id: one.request.id,
        conversation_id: one.id,
        reason: one.request.reason,
        priority: one.request.priority,
        priority_reasons: one.request.priority_reasons,
        skill_group: one.request.skill_group,
        customer_name: one.customer?.name ?? '',
        channel: one.channel,
        last_text: one.messages.findLast((message) => message.sender === 'customer')?.text ?? '',
        requested_at_ms: one.request.requested_at_ms,
        waited_s: Math.round((Date.now() - one.request.requested_at_ms) / 1000),
      }))
      .sort((a, b) => rank[a.priority] - rank[b.priority] || a.requested_at_ms - b.requested_at_ms)
  }

  view({ id, state, channel, messages, agent, agentRead = 0, read, nobody = false }) {
    const queue = state === 'queued' ? { request_id: id, position: 1, estimated_wait_s: nobody ? null : 110, agents_online: nobody ? 0 : 2 } : null
    return { id, state, channel, last_seq: messages.length, queue, agent, agent_read_seq: agentRead, customer_read_seq: read }
  }

  summary(conversation) {
    const last = conversation.messages.at(-1)
    const { customer, request, messages, agentRead } = conversation
    return {
      ...this.view(conversation),
      agent: conversation.agent?.name ?? null,
      customer_name: customer?.name ?? '',
      last_text: last?.text ?? '',
      last_sender: last?.sender,
      unread: messages.filter((one) => one.sender === 'customer' && one.seq > agentRead).length,
      last_message_at_ms: last?.created_at_ms,
      reason: request?.reason,
      priority: request?.priority,
      skill_group: request?.skill_group,
      customer_read_seq: conversation.read,
      watchers: [],
    }
  }

  whole(conversation, after = 0) {
    const { customer, request, messages, understanding, notes, feedback } = conversation
    const previous = { agent_name: COLLEAGUE, ended_at_ms: Date.now() - 900_000, disposition: 'follow_up', summary: '话费多扣，已登记退费', resolved: false, satisfaction: null }
    return { ...this.view(conversation), customer, request, summary: summarize(conversation), messages: messages.filter((one) => one.seq > after), understanding, previous, notes, feedback, reply_quota: null, other_conversations: [], earlier_missing: false }
  }

  tellQueue() {
    this.tellAgents({ type: 'queue', requests: this.queue() })
  }

  tellAgents(frame) {
    for (const send of this.agentStreams) send(masked(frame))
  }

  give(conversation, agent) {
    conversation.state = 'active'
    conversation.agent = { name: agent.name }
    conversation.agentRead = conversation.messages.length
    this.append(conversation, 'system', `坐席${agent.name}已接入，前面的对话都能看到，您不用再说一遍。`)
    this.tellQueue()
    this.tellAgents({ type: 'conversation', conversation: this.summary(conversation) })
  }
}

/** Three lines as the service makes them, from what the mock knows. */
function summarize({ customer, messages, understanding }) {
  const seqs = Object.keys(understanding).map(Number)
  const asked = messages.find((one) => one.seq === Math.max(...seqs))
  const person = customer && [`已登录（${customer.phone_masked}）`, customer.vip && 'VIP', customer.elderly && '长辈', `套餐 ${customer.plan}`]
  return [asked && `客户想要：“${asked.text}”`, seqs.length > 0 && `小桥试过：没听懂 ${seqs.length} 次`, `已知信息：${(person || ['未登录']).filter(Boolean).join('；')}`].filter(Boolean)
}
