/** The mock as a customer's page knows it. */
import { failure } from './answers.js'
import { PEOPLE } from './seeds.js'

export class Customers {
  #tokens = new Map()

  constructor(conversations, tickets, files) {
    this.conversations = conversations
    this.tickets = tickets
    this.files = files
  }

  visit({ identity_token }) {
    const claims = identity_token ? JSON.parse(Buffer.from(identity_token.split('.')[1], 'base64url').toString()) : {}
    const conversation = this.conversations.create(PEOPLE.find((one) => one.id === claims.sub) ?? null)
    const token = `v${this.#tokens.size}-${Math.random().toString(36).slice(2)}`
    this.#tokens.set(token, conversation)
    return [201, { visitor_token: token, conversation: this.conversations.view(conversation), customer: conversation.customer }]
  }

  call(route, url, body, token) {
    const conversation = this.#tokens.get(token)
    if (!conversation) return failure(401, 'unauthorized', '会话已过期，请刷新页面。')
    if (route === 'GET /api/v1/conversation') {
      const after = Number(url.searchParams.get('after') ?? 0)
      const limit = Number(url.searchParams.get('limit') ?? 200)
      const messages = conversation.messages.filter((one) => one.seq > after)
      return [200, { conversation: this.conversations.view(conversation), messages: messages.slice(0, limit), more: messages.length > limit, feedback: conversation.feedback }]
    }
    if (url.pathname.endsWith('/conversation/tickets')) return this.tickets.customerCall(route.split(' ')[0], conversation, body)
    if (route === 'POST /api/v1/conversation/satisfaction') {
      if (body.comment && body.comment !== conversation.comment) this.conversations.append(conversation, 'system', '谢谢，您的意见已经记下。')
      conversation.comment = body.comment
      return [204, null]
    }
    const judged = /^POST \/api\/v1\/conversation\/messages\/(\d+)\/feedback$/.exec(route)
    if (judged) {
      conversation.feedback[judged[1]] = body.helpful
      return [200, { seq: Number(judged[1]), helpful: body.helpful, offer_handoff: !body.helpful && conversation.state === 'bot' }]
    }
    if (route === 'POST /api/v1/conversation/messages') return [202, this.#hear(conversation, body)]
    if (route === 'POST /api/v1/conversation/leave-queue') {
      conversation.state = 'bot'
      conversation.request = null
      this.conversations.append(conversation, 'system', '已为您取消排队，小桥继续为您服务。')
      this.conversations.tellQueue()
      return [200, { conversation: this.conversations.view(conversation) }]
    }
    return failure(404, 'not_found', '没有这个接口。')
  }

  #hear(conversation, { text, client_message_id, attachments, payload }) {
    const known = conversation.received.get(client_message_id)
    if (known) return { seq: known, duplicate: true }
    const { seq } = this.conversations.append(conversation, 'customer', ...this.files.of(text, attachments))
    conversation.received.set(client_message_id, seq)
    if (payload?.startsWith('/satisfaction')) {
      this.conversations.append(conversation, 'system', '谢谢您的评价。还想说几句可以告诉我们，不说也行。', { buttons: [{ title: '说几句', payload: '/say_more' }] })
      return { seq, duplicate: false }
    }
    if (conversation.state === 'bot') setTimeout(() => this.#reply(conversation, text), 400)
    return { seq, duplicate: false }
  }

  #reply(conversation, text) {
    if (conversation.state !== 'bot') return
    if (/没人/.test(text)) {
      this.conversations.enqueue(conversation, [text, 'transfer_human', 'general', 'customer_request', '人工服务时间', 'human-hours'], 0)
      conversation.nobody = true
      const choices = [['继续排队', '/keep_place'], ['请回电', '/call_back'], ['留言', '/leave_message'], ['取消排队', '/leave_queue']]
      this.conversations.append(conversation, 'system', '现在没有人工客服在线，位置为您保留；不想等可以选择“请回电”或“留言”，也可以取消排队。', { buttons: choices.map(([title, wanted]) => ({ title, payload: wanted })) })
    } else if (/人工|投诉/.test(text)) {
      const topic = [text, 'transfer_human', 'general', /投诉/.test(text) ? 'complaint' : 'customer_request', '人工服务时间', 'human-hours']
      this.conversations.understand(conversation, topic)
      this.conversations.enqueue(conversation, topic, 0)
      this.conversations.append(conversation, 'system', '已为您转人工，您排在第 1 位，预计约 2 分钟。等待时可以继续留言，坐席都能看到。')
    } else if (/评价/.test(text)) {
      this.conversations.askHowItWas(conversation)
    } else if (/漫游/.test(text)) {
      this.conversations.append(conversation, 'bot', '出境前请先开通国际漫游：\n1. 打开手机营业厅，进入“国际业务”；\n2. 选择要去的国家或地区；\n3. 按天购买流量包，当天用不完次日失效。', {
        outcome: { kind: 'answer', article_id: 'roaming-open', article_title: '如何开通国际漫游', score: 0.91 },
        links: [{ title: '国际漫游资费查询', url: 'https://example.com/roaming' }, { title: '境外服务热线', url: 'tel:+8610086' }],
      })
    } else {
      this.conversations.append(conversation, 'bot', '您是不是想问：', {
        outcome: { kind: 'clarification' },
        buttons: [{ title: '话费为什么变多了', payload: '/a' }, { title: '查询本月账单', payload: '/b' }, { title: '转人工', payload: '/transfer_human' }],
      })
    }
  }

  stream({ token, after }, send) {
    const conversation = this.#tokens.get(token)
    if (!conversation) return null
    send({ type: 'ready', conversation: this.conversations.view(conversation) })
    conversation.messages.filter((one) => one.seq > after).forEach((message) => send({ type: 'message', message }))
    const streams = this.conversations.customerStreams.get(conversation.id) ?? new Set()
    this.conversations.customerStreams.set(conversation.id, streams.add(send))
    return (frame) => {
      if (frame.type === 'ping') send({ type: 'pong' })
      if (frame.type === 'read') {
        conversation.read = frame.seq
        this.conversations.tellAgents({ type: 'conversation', conversation: this.conversations.summary(conversation) })
      }
      if (frame.type === 'typing') this.conversations.tellAgents({ type: 'typing', conversation_id: conversation.id, sender: 'customer' })
      if (frame.type === 'closed') streams.delete(send)
    }
  }
}
