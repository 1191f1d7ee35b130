/** The mock as the console knows it. */
import { Administration } from './administration.js'
import { failure, masked } from './answers.js'
import { ARTICLES, COLLEAGUE, DISPOSITIONS, GROUPS, SEAT, TASKS } from './seeds.js'
import { wall } from './wall.js'

export class Agents {
  #agents = new Map()
  #administration = new Administration()

  constructor(conversations, tickets, files) {
    this.conversations = conversations
    this.tickets = tickets
    this.files = files
  }

  call(route, url, body, token) {
    const { pathname: path, searchParams } = url
    if (route === 'POST /api/v1/agent/login') return this.#login(body)
    const agent = this.#agents.get(token)
    if (!agent) return failure(401, 'unauthorized', '登录已过期，请重新登录。')
    if (path.startsWith('/api/v1/agent/tickets')) return this.tickets.agentCall(route.split(' ')[0], path, searchParams, body, agent)
    const id = /\/(?:queue|conversations)\/([^/]+)/.exec(path)?.[1]
    const conversation = this.conversations.get(id)
    switch (id ? route.replace(id, ':id') : route) {
      case 'GET /api/v1/agent/me':
        return [200, agent]
      case 'PUT /api/v1/agent/presence':
        agent.presence = body.presence
        return [200, agent]
      case 'POST /api/v1/agent/logout':
        this.#agents.delete(token)
        return [200, agent]
      case 'GET /api/v1/agent/queue':
        return [200, { requests: this.conversations.queue() }]
      case 'GET /api/v1/agent/reference':
        return [200, { skill_groups: GROUPS, dispositions: DISPOSITIONS, tasks: TASKS, reasons: [], service_level_s: 60, time_zone: 'Asia/Shanghai' }]
      case 'GET /api/v1/agent/conversations':
        return [200, { conversations: this.conversations.all().filter((one) => one.state === 'active' && one.agent?.name !== COLLEAGUE).map((one) => this.conversations.summary(one)) }]
      case 'GET /api/v1/agent/conversations/:id':
        return [200, this.conversations.whole(conversation, Number(searchParams.get('after') ?? 0))]
      case 'POST /api/v1/agent/queue/:id/claim':
        return this.#claim(id, agent)
      case 'POST /api/v1/agent/conversations/:id/messages':
        return [202, this.#say(conversation, agent, body)]
      case 'GET /api/v1/supervision/wall':
        return [200, wall(this.conversations, this.tickets, agent)]
      case 'GET /api/v1/agents':
        return [200, { agents: [agent, { ...agent, id: 'wf', name: COLLEAGUE, presence: 'online', active: 2 }, { ...agent, id: 'zl', name: '赵磊', presence: 'break' }] }]
      case 'GET /api/v1/agent/conversations/:id/contacts':
        return [200, { repeated: true, contacts: [{ conversation_id: 'old', channel: 'web', at_ms: Date.now() - 2 * 86_400_000, reason: 'complaint', agent_name: COLLEAGUE, disposition: DISPOSITIONS[0].id, summary: '话费多扣，已登记退费', resolved: false }] }]
      case 'GET /api/v1/agent/conversations/:id/customer':
        return [200, { details: conversation.details, changes: conversation.changes }]
      case 'PUT /api/v1/agent/conversations/:id/customer':
        conversation.details = { ...body, version: body.version + 1 }
        conversation.changes.unshift({ at_ms: Date.now(), agent_name: agent.name, before: {}, after: { note: body.note } })
        return [200, conversation.details]
      case 'POST /api/v1/agent/conversations/:id/reveal': {
        const messages = conversation.messages.filter((one) => masked(one.text) !== one.text).map((one) => [one.seq, one.text])
        const lines = this.conversations.whole(conversation).summary
        const others = Object.fromEntries(lines.map((line) => [line, line.replace(/1\d\d\*{4}\d{4}/, '13800137713')]))
        return [200, { phone: '13800137713', messages: Object.fromEntries(messages), notes: {}, details: {}, others }]
      }
      case 'GET /api/v1/agent/knowledge':
        return [200, { available: true, seq: 1, articles: ARTICLES.filter(({ title }) => title.includes(searchParams.get('q') ?? '')) }]
      case 'GET /api/v1/agent/colleagues':
        return [200, { colleagues: [{ id: 'wf', name: COLLEAGUE, presence: 'online', role: 'agent', active: 2, capacity: 5 }, { id: 'zl', name: '赵磊', presence: 'break', role: 'agent', active: 0, capacity: 5 }] }]
      case 'POST /api/v1/agent/conversations/:id/notes':
        return this.#note(conversation, agent, body, 'note')
      case 'POST /api/v1/agent/conversations/:id/help':
        return this.#note(conversation, agent, body, 'help')
      case 'POST /api/v1/agent/conversations/:id/transfer':
        return this.#transfer(conversation, body, agent)
      case 'POST /api/v1/agent/conversations/:id/close':
        return this.#close(conversation)
      default:
        return this.#administration.call(route, url, body, agent) ?? failure(404, 'not_found', '没有这个接口。')
    }
  }

  #login({ username, password }) {
    if (password !== 'demo') return failure(401, 'wrong_credentials', '用户名或密码不对，请重新输入。')
    const role = { admin: 'administrator', wangfang: 'agent', sunyue: 'trainer' }[username] ?? 'supervisor'
    const [id, name] = role === 'administrator' ? ['chief', '管理员'] : ['seeded', '李娜']
    const agent = { id, username, name, role, skill_groups: [], presence: 'online', capacity: 8, active: 0 }
    const token = Math.random().toString(36).slice(2)
    this.#agents.set(token, agent)
    return [200, { token, expires_at_ms: Date.now() + 3_600_000, refresh_token: token, refresh_expires_at_ms: Date.now() + 3_600_000, agent }]
  }

  #claim(id, agent) {
    const conversation = this.conversations.all().find((one) => one.request?.id === id)
    if (!conversation) return failure(404, 'not_found', '这个请求已经不在排队了。')
    if (conversation.state !== 'queued') return failure(409, 'already_claimed', `${COLLEAGUE} 已接待这位客户。`, { claimed_by: COLLEAGUE })
    this.conversations.give(conversation, agent)
    return [200, { conversation: this.conversations.whole(conversation) }]
  }

  #note(conversation, agent, { text, mentions = [] }, kind) {
    const note = (author, words, named) => ({ number: conversation.notes.length + 1, after_seq: conversation.messages.length, at_ms: Date.now(), kind, agent_id: author.id, agent_name: author.name, text: words, mentions: named })
    conversation.notes.push(note(agent, text, mentions.map((id) => ({ id, name: COLLEAGUE }))))
    this.conversations.tellAgents({ type: 'notes', conversation_id: conversation.id, notes: conversation.notes })
    const answer = { ...note({ id: 'wf', name: COLLEAGUE }, '收到，我来看', [agent]), kind: 'note' }
    this.conversations.tellAgents({ type: 'mentions', mentions: [{ conversation_id: conversation.id, note: answer }] })
    return [201, kind === 'help' ? { number: 1, supervisors: 1 } : { number: 1, duplicate: false }]
  }

  #say(conversation, agent, { text, client_message_id, attachments }) {
    const known = conversation.received.get(client_message_id)
    if (known) return { seq: known, duplicate: true }
    const [words, files] = this.files.of(text, attachments)
    const { seq } = this.conversations.append(conversation, 'agent', words, { sender_name: agent.name, ...files })
    conversation.received.set(client_message_id, seq)
    return { seq, duplicate: false }
  }

  #transfer(conversation, { skill_group, agent_id }, agent) {
    if (agent_id === agent.id) {
      this.conversations.give(conversation, agent)
      return [200, { conversation: this.conversations.view(conversation) }]
    }
    conversation.agent = skill_group ? null : { name: COLLEAGUE }
    conversation.state = skill_group ? 'queued' : 'active'
    if (skill_group) conversation.request.skill_group = skill_group
    this.conversations.append(conversation, 'system', skill_group ? '已为您转接，请稍候。' : `已转接给坐席${COLLEAGUE}。`)
    this.conversations.tellAgents({ type: 'conversation_removed', conversation_id: conversation.id, agent_name: conversation.agent?.name ?? null })
    this.conversations.tellQueue()
    return [200, { conversation: this.conversations.view(conversation) }]
  }

  #close(conversation) {
    conversation.state = 'bot'
    conversation.agent = null
    this.conversations.askHowItWas(conversation)
    this.conversations.tellAgents({ type: 'conversation_removed', conversation_id: conversation.id, agent_name: null })
    return [200, { conversation: this.conversations.view(conversation) }]
  }

  stream({ token }, send) {
    if (!this.#agents.has(token)) return null
    send({ type: 'ready', agent: this.#agents.get(token), conversations: [] })
    send({ type: 'queue', requests: this.conversations.queue() })
    send({ type: 'mentions', mentions: [] })
    send({ type: 'tickets', counts: this.tickets.counts(SEAT) })
    send({ type: 'follow_ups', follow_ups: [{ request_id: 'r', conversation_id: 'k1', customer_name: '周建国', what: '回电告知退费结果', due_at_ms: Date.now() - 60_000, by_id: 'seeded', by_name: '李娜' }] })
    this.conversations.agentStreams.add(send)
    return (frame) => {
      if (frame.type === 'ping') send({ type: 'pong' })
      if (frame.type === 'read') {
        const conversation = this.conversations.get(frame.conversation_id)
        conversation.agentRead = frame.seq
        this.conversations.tellAgents({ type: 'conversation', conversation: this.conversations.summary(conversation) })
        for (const tell of this.conversations.customerStreams.get(conversation.id) ?? []) tell({ type: 'conversation', conversation: this.conversations.view(conversation) })
      }
      if (frame.type === 'follow_ticket') this.conversations.ticketsRead.add(this.tickets.get(frame.ticket_id).conversation_id)
      if (frame.type === 'leave_ticket') this.conversations.ticketsRead.delete(this.tickets.get(frame.ticket_id).conversation_id)
      if (frame.type === 'closed') this.conversations.agentStreams.delete(send)
    }
  }
}
