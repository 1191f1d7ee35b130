/** The mock's conversations, queue and agents. */
import { Administration } from './administration.js'
import { Tickets } from './tickets.js'

const GROUPS = [
  { id: 'bills', name: '话费账单' },
  { id: 'network', name: '网络宽带' },
  { id: 'plans', name: '套餐业务' },
  { id: 'complaints', name: '投诉与挽留' },
  { id: 'general', name: '综合' },
]
const DISPOSITIONS = [
  { id: 'solved', name: '已解决' },
  { id: 'follow_up', name: '需跟进' },
  { id: 'complaint_recorded', name: '投诉已登记' },
  { id: 'no_response', name: '客户未回复' },
]
const TASKS = [{ id: 'query_bill', name: '查月账单' }]
const PEOPLE = [
  { id: 'c1', name: '林晓梅', phone_masked: '138****2046', region: '江苏', plan: '畅享 99 元套餐', segment: 'postpaid', vip: true, elderly: false },
  { id: 'c2', name: '周建国', phone_masked: '139****7713', region: '广东', plan: '孝心卡', segment: 'prepaid', vip: false, elderly: true },
  { id: 'c3', name: '何雨桐', phone_masked: '187****0921', region: '浙江', plan: '融合 159 元套餐', segment: 'postpaid', vip: false, elderly: false },
]
const TOPICS = [
  ['这个月怎么多扣了三十块钱', 'query_bill', 'bills', 'repeated_failure', '话费为什么变多了', 'bill-why-higher'],
  ['家里宽带一到晚上就掉线', 'report_fault', 'network', 'customer_request', '宽带经常掉线怎么办', 'broadband-drops'],
  ['你们乱扣费我要投诉', 'complaint', 'complaints', 'complaint', '如何投诉与建议', 'complaint-how'],
  ['去日本玩漫游怎么收费', 'other_telecom', 'plans', 'human_only', '国际漫游资费说明', 'roaming-fees'],
]
const ARTICLES = [
  ['bill-why-higher', '话费为什么变多了', '请先查看当月账单的各项费用，再与上月比较；多出的部分可以在账单里逐项核对。', 0.86],
  ['vas-unsubscribe', '怎么退订增值业务', '发送 0000 到 10086 可以查询并退订已订购的增值业务。', 0.41],
].map(([article_id, title, text, score]) => ({ article_id, title, question: title, text, links: [], score, human_only: false, unchecked: article_id === 'vas-unsubscribe' ? ['plan'] : [] }))
const COLLEAGUE = '王芳'

export class Desk {
  #conversations = new Map()
  #tokens = new Map()
  #agents = new Map()
  #customerStreams = new Map()
  #agentStreams = new Set()
  #seat = { id: 'seeded', name: '李娜' }
  #tickets = new Tickets(
    this.#conversations,
    (...message) => this.#append(...message),
    (frameFor) => this.#tellAgents(frameFor(this.#seat)),
  )
  #count = 0
  #administration = new Administration()
  /** Uploaded files by id, with their content. */
  files = new Map()

  seed(waiting, mine, messages) {
    for (let i = 0; i < waiting + mine; i++) {
      const conversation = this.#create(PEOPLE[i % PEOPLE.length])
      const topic = TOPICS[i % TOPICS.length]
      const age_ms = (waiting + mine - i) * 47_000
      for (let n = 0; n < Math.max(0, messages - 2); n++) {
        const text = n % 2 ? '为您找到以下说明，请查看。如果还有疑问，可以继续问我。' : `${topic[0]}（${n + 1}）`
        this.#append(conversation, n % 2 ? 'bot' : 'customer', text, { created_at_ms: Date.now() - age_ms - (messages - n) * 20_000 })
      }
      this.#append(conversation, 'customer', topic[0], { created_at_ms: Date.now() - age_ms - 5_000 })
      this.#understand(conversation, topic)
      this.#enqueue(conversation, topic, age_ms)
      if (i >= waiting) this.#give(conversation, { id: 'seeded', name: '李娜' })
    }
    this.#tickets.seed(this.#all())
  }

  call(method, url, body, token) {
    const path = url.pathname
    const route = `${method} ${path}`
    if (route === 'GET /demo/identities') return [200, { identities: PEOPLE }]
    const demo = /^POST \/demo\/identities\/(\w+)$/.exec(route)
    if (demo) return [200, { identity_token: `x.${Buffer.from(JSON.stringify({ sub: demo[1] })).toString('base64url')}.x` }]
    if (route === 'POST /api/v1/visitors') return this.#visit(body)
    if (path.startsWith('/api/v1/conversation')) return this.#customerCall(route, url, body, token)
    const [status, answer] = this.#agentCall(route, url, body, token)
    return answer === undefined || /reveal$|\/agent\/tickets/.test(path) ? [status, answer] : [status, masked(answer)]
  }

  // ---- customers -----------------------------------------------------------------------------------------

  #visit({ identity_token }) {
    const claims = identity_token ? JSON.parse(Buffer.from(identity_token.split('.')[1], 'base64url').toString()) : {}
    const conversation = this.#create(PEOPLE.find((one) => one.id === claims.sub) ?? null)
    const token = `v${this.#count}-${Math.random().toString(36).slice(2)}`
    this.#tokens.set(token, conversation)
    return [201, { visitor_token: token, conversation: this.#view(conversation), customer: conversation.customer }]
  }

  #customerCall(route, url, body, token) {
    const conversation = this.#tokens.get(token)
    if (!conversation) return failure(401, 'unauthorized', '会话已过期，请刷新页面。')
    if (route === 'GET /api/v1/conversation') {
      const after = Number(url.searchParams.get('after') ?? 0)
      const limit = Number(url.searchParams.get('limit') ?? 200)
      const messages = conversation.messages.filter((one) => one.seq > after)
      return [200, { conversation: this.#view(conversation), messages: messages.slice(0, limit), more: messages.length > limit, feedback: conversation.feedback }]
    }
    if (url.pathname.endsWith('/conversation/tickets')) return this.#tickets.customerCall(route.split(' ')[0], conversation, body)
    if (route === 'POST /api/v1/conversation/satisfaction') {
      if (body.comment) this.#append(conversation, 'system', '谢谢，您的意见已经记下。')
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
      this.#append(conversation, 'system', '已为您取消排队，小桥继续为您服务。')
      this.#tellQueue()
      return [200, { conversation: this.#view(conversation) }]
    }
    return failure(404, 'not_found', '没有这个接口。')
  }

  keepFile(attachment, content) {
    const id = `file-${this.files.size + 1}`
    this.files.set(id, { ...attachment, content })
    return { id, ...attachment }
  }

  /** The files a message names, and what stands for them where it has no words. */
  #withFiles(text, ids = []) {
    const attachments = ids.map((id) => {
      const { name, content_type, size_bytes } = this.files.get(id)
      return { id, name, content_type, size_bytes }
    })
    const label = attachments.map((one) => (one.content_type.startsWith('image/') ? '[图片]' : `[文件] ${one.name}`)).join('\n')
    return [text || label, { attachments }]
  }

  #hear(conversation, { text, client_message_id, attachments, payload }) {
    const known = conversation.received.get(client_message_id)
    if (known) return { seq: known, duplicate: true }
    const { seq } = this.#append(conversation, 'customer', ...this.#withFiles(text, attachments))
    conversation.received.set(client_message_id, seq)
    if (payload?.startsWith('/satisfaction')) {
      this.#append(conversation, 'system', '谢谢您的评价。还想说几句可以告诉我们，不说也行。', { buttons: [{ title: '说几句', payload: '/say_more' }] })
      return { seq, duplicate: false }
    }
    if (conversation.state === 'bot') setTimeout(() => this.#reply(conversation, text), 400)
    return { seq, duplicate: false }
  }

  #reply(conversation, text) {
    if (conversation.state !== 'bot') return
    if (/没人/.test(text)) {
      this.#enqueue(conversation, [text, 'transfer_human', 'general', 'customer_request', '人工服务时间', 'human-hours'], 0)
      conversation.nobody = true
      const choices = [['继续排队', '/keep_place'], ['请回电', '/call_back'], ['留言', '/leave_message'], ['取消排队', '/leave_queue']]
      this.#append(conversation, 'system', '现在没有人工客服在线，位置为您保留；不想等可以选择“请回电”或“留言”，也可以取消排队。', { buttons: choices.map(([title, wanted]) => ({ title, payload: wanted })) })
    } else if (/人工|投诉/.test(text)) {
      const topic = [text, 'transfer_human', 'general', /投诉/.test(text) ? 'complaint' : 'customer_request', '人工服务时间', 'human-hours']
      this.#understand(conversation, topic)
      this.#enqueue(conversation, topic, 0)
      this.#append(conversation, 'system', '已为您转人工，您排在第 1 位，预计约 2 分钟。等待时可以继续留言，坐席都能看到。')
    } else if (/漫游/.test(text)) {
      this.#append(conversation, 'bot', '出境前请先开通国际漫游：\n1. 打开手机营业厅，进入“国际业务”；\n2. 选择要去的国家或地区；\n3. 按天购买流量包，当天用不完次日失效。', {
        outcome: { kind: 'answer', article_id: 'roaming-open', article_title: '如何开通国际漫游', score: 0.91 },
        links: [{ title: '国际漫游资费查询', url: 'https://example.com/roaming' }, { title: '境外服务热线', url: 'tel:+8610086' }],
      })
    } else {
      this.#append(conversation, 'bot', '您是不是想问：', {
        outcome: { kind: 'clarification' },
        buttons: [{ title: '话费为什么变多了', payload: '/a' }, { title: '查询本月账单', payload: '/b' }, { title: '转人工', payload: '/transfer_human' }],
      })
    }
  }

  customerStream({ token, after }, send) {
    const conversation = this.#tokens.get(token)
    if (!conversation) return null
    send({ type: 'ready', conversation: this.#view(conversation) })
    conversation.messages.filter((one) => one.seq > after).forEach((message) => send({ type: 'message', message }))
    const streams = this.#customerStreams.get(conversation.id) ?? new Set()
    this.#customerStreams.set(conversation.id, streams.add(send))
    return (frame) => {
      if (frame.type === 'ping') send({ type: 'pong' })
      if (frame.type === 'read') {
        conversation.read = frame.seq
        this.#tellAgents({ type: 'conversation', conversation: this.#summary(conversation) })
      }
      if (frame.type === 'typing') this.#tellAgents({ type: 'typing', conversation_id: conversation.id, sender: 'customer' })
      if (frame.type === 'closed') streams.delete(send)
    }
  }

  // ---- agents --------------------------------------------------------------------------------------------

  #agentCall(route, url, body, token) {
    const { pathname: path, searchParams } = url
    if (route === 'POST /api/v1/agent/login') return this.#login(body)
    const agent = this.#agents.get(token)
    if (!agent) return failure(401, 'unauthorized', '登录已过期，请重新登录。')
    if (path.startsWith('/api/v1/agent/tickets')) return this.#tickets.agentCall(route.split(' ')[0], path, searchParams, body, agent)
    const id = /\/(?:queue|conversations)\/([^/]+)/.exec(path)?.[1]
    const conversation = this.#conversations.get(id)
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
        return [200, { requests: this.#queue() }]
      case 'GET /api/v1/agent/reference':
        return [200, { skill_groups: GROUPS, dispositions: DISPOSITIONS, tasks: TASKS, reasons: [] }]
      case 'GET /api/v1/agent/conversations':
        return [200, { conversations: this.#all().filter((one) => one.state === 'active' && one.agent?.name !== COLLEAGUE).map((one) => this.#summary(one)) }]
      case 'GET /api/v1/agent/conversations/:id':
        return [200, this.#whole(conversation)]
      case 'POST /api/v1/agent/queue/:id/claim':
        return this.#claim(id, agent)
      case 'POST /api/v1/agent/conversations/:id/messages':
        return [202, this.#say(conversation, agent, body)]
      case 'GET /api/v1/supervision/wall':
        return [200, this.#wall(agent)]
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
        return [200, { phone: '13800137713', messages: Object.fromEntries(messages), notes: {}, details: {} }]
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
        return this.#transfer(conversation, body)
      case 'POST /api/v1/agent/conversations/:id/close':
        return this.#close(conversation)
      default:
        return this.#administration.call(route, url, body, agent) ?? failure(404, 'not_found', '没有这个接口。')
    }
  }

  #wall(agent) {
    const waited = (one) => Math.round((Date.now() - one.request.requested_at_ms) / 1000)
    const [queued, served] = ['queued', 'active'].map((state) => this.#all().filter((one) => one.state === state))
    const longest = (ones) => Math.max(0, ...ones.map(waited))
    return {
      at_ms: Date.now(),
      waiting: queued.length,
      longest_wait_s: longest(queued),
      served: served.length,
      groups: GROUPS.map((group) => {
        const own = queued.filter((one) => one.request.skill_group === group.id)
        return { ...group, waiting: own.length, longest_wait_s: longest(own), served: served.filter((one) => one.request.skill_group === group.id).length }
      }),
      agents: [
        { id: agent.id, name: agent.name, presence: agent.presence, active: served.length, capacity: agent.capacity },
        { id: 'wf', name: COLLEAGUE, presence: 'online', active: 2, capacity: 5 },
        { id: 'zl', name: '赵磊', presence: 'break', active: 0, capacity: 5 },
      ],
      conversations: served.map((one) => ({ id: one.id, customer_name: one.customer?.name ?? '访客', agent_name: one.agent?.name ?? '', channel: one.channel, skill_group: one.request.skill_group, reason: one.request.reason, claimed_at_ms: Date.now() - 185_000, last_message_at_ms: Date.now() })),
      tickets: (({ new: count, in_progress, overdue }) => ({ new: count, in_progress, overdue }))(this.#tickets.counts(agent)),
      today: { since_ms: 0, requests: 46, claimed: 39, left: 3, service_level: 0.87, service_level_target_s: 60, first_response_s: 47.2, handling_s: 386, satisfaction: 4.6, ratings: 21, resolved_share: 0.9, reasons: { customer_request: 24, repeated_failure: 11, complaint: 7, human_only: 4 }, by_hour: [0, 0, 1, 0, 0, 0, 1, 3, 6, 11, 9, 7, 5, 3] },
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
    const conversation = this.#all().find((one) => one.request?.id === id)
    if (!conversation) return failure(404, 'not_found', '这个请求已经不在排队了。')
    if (conversation.state !== 'queued') return failure(409, 'already_claimed', `${COLLEAGUE} 已接待这位客户。`, { claimed_by: COLLEAGUE })
    this.#give(conversation, agent)
    return [200, { conversation: this.#whole(conversation) }]
  }

  #give(conversation, agent) {
    conversation.state = 'active'
    conversation.agent = { name: agent.name }
    this.#append(conversation, 'system', `坐席${agent.name}已接入，前面的对话都能看到，您不用再说一遍。`)
    this.#tellQueue()
    this.#tellAgents({ type: 'conversation', conversation: this.#summary(conversation) })
  }

  /** A colleague answers at once, so that there is a mention to see. */
  #note(conversation, agent, { text, mentions = [] }, kind) {
    const note = (author, words, named) => ({ number: conversation.notes.length + 1, after_seq: conversation.messages.length, at_ms: Date.now(), kind, agent_id: author.id, agent_name: author.name, text: words, mentions: named })
    conversation.notes.push(note(agent, text, mentions.map((id) => ({ id, name: COLLEAGUE }))))
    this.#tellAgents({ type: 'notes', conversation_id: conversation.id, notes: conversation.notes })
    const answer = { ...note({ id: 'wf', name: COLLEAGUE }, '收到，我来看', [agent]), kind: 'note' }
    this.#tellAgents({ type: 'mentions', mentions: [{ conversation_id: conversation.id, note: answer }] })
    return [201, kind === 'help' ? { number: 1, supervisors: 1 } : { number: 1, duplicate: false }]
  }

  #say(conversation, agent, { text, client_message_id, attachments }) {
    const known = conversation.received.get(client_message_id)
    if (known) return { seq: known, duplicate: true }
    const [words, files] = this.#withFiles(text, attachments)
    const { seq } = this.#append(conversation, 'agent', words, { sender_name: agent.name, ...files })
    conversation.received.set(client_message_id, seq)
    return { seq, duplicate: false }
  }

  #transfer(conversation, { skill_group }) {
    conversation.agent = skill_group ? null : { name: COLLEAGUE }
    conversation.state = skill_group ? 'queued' : 'active'
    if (skill_group) conversation.request.skill_group = skill_group
    this.#append(conversation, 'system', skill_group ? '已为您转接，请稍候。' : `已转接给坐席${COLLEAGUE}。`)
    this.#tellAgents({ type: 'conversation_removed', conversation_id: conversation.id })
    this.#tellQueue()
    return [200, { conversation: this.#view(conversation) }]
  }

  #close(conversation) {
    conversation.state = 'bot'
    conversation.agent = null
    const names = ['很满意', '满意', '一般', '不满意', '很不满意']
    const buttons = names.map((title, i) => ({ title, payload: `/satisfaction{"score": ${5 - i}}` }))
    this.#append(conversation, 'system', '本次人工服务已结束，小桥继续为您服务。对这次服务满意吗？', { buttons })
    this.#tellAgents({ type: 'conversation_removed', conversation_id: conversation.id })
    return [200, { conversation: this.#view(conversation) }]
  }

  agentStream({ token }, send) {
    if (!this.#agents.has(token)) return null
    send({ type: 'ready', agent: this.#agents.get(token), conversations: [] })
    send({ type: 'queue', requests: this.#queue() })
    send({ type: 'mentions', mentions: [] })
    send({ type: 'tickets', counts: this.#tickets.counts(this.#seat) })
    send({ type: 'follow_ups', follow_ups: [{ request_id: 'r', conversation_id: 'k1', customer_name: '周建国', what: '回电告知退费结果', due_at_ms: Date.now() - 60_000, by_id: 'seeded', by_name: '李娜' }] })
    this.#agentStreams.add(send)
    return (frame) => {
      if (frame.type === 'ping') send({ type: 'pong' })
      if (frame.type === 'read') {
        const conversation = this.#conversations.get(frame.conversation_id)
        conversation.agentRead = frame.seq
        for (const tell of this.#customerStreams.get(conversation.id) ?? []) tell({ type: 'conversation', conversation: this.#view(conversation) })
      }
      if (frame.type === 'closed') this.#agentStreams.delete(send)
    }
  }

  // ---- conversations -------------------------------------------------------------------------------------

  #create(customer) {
    const id = `k${++this.#count}`
    const conversation = { id, state: 'bot', channel: 'web', customer, messages: [], understanding: {}, request: null, agent: null, received: new Map(), notes: [], read: 0, feedback: {}, details: { address: '', note: '', tags: [], vip: false, elderly: false, version: 0 }, changes: [] }
    this.#conversations.set(id, conversation)
    return conversation
  }

  #append(conversation, sender, text, more = {}) {
    const seq = conversation.messages.length + 1
    const sender_name = sender === 'bot' ? '小桥' : sender === 'system' ? '系统' : ''
    const message = { seq, id: `${conversation.id}-${seq}`, sender, sender_name, text, buttons: [], links: [], attachments: [], outcome: null, created_at_ms: Date.now(), ...more }
    conversation.messages.push(message)
    for (const send of this.#customerStreams.get(conversation.id) ?? []) {
      send({ type: 'message', message })
      send({ type: 'conversation', conversation: this.#view(conversation) })
    }
    if (conversation.state === 'active') this.#tellAgents({ type: 'message', conversation_id: conversation.id, message })
    return message
  }

  #understand(conversation, [text, intent, , , title, article_id]) {
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

  #enqueue(conversation, [, , skill_group, reason], age_ms) {
    const last = conversation.understanding[Math.max(...Object.keys(conversation.understanding).map(Number))]
    conversation.state = 'queued'
    conversation.request = {
      id: `r${conversation.id}`,
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
    this.#tellQueue()
  }

  #all() {
    return [...this.#conversations.values()]
  }

  #queue() {
    const rank = { urgent: 0, high: 1, normal: 2 }
    return this.#all()
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

  #view({ id, state, channel, messages, agent, agentRead = 0, read, nobody = false }) {
    const queue = state === 'queued' ? { position: 1, estimated_wait_s: nobody ? null : 110, agents_online: nobody ? 0 : 2 } : null
    return { id, state, channel, last_seq: messages.length, queue, agent, agent_read_seq: agentRead, customer_read_seq: read }
  }

  #summary(conversation) {
    const last = conversation.messages.at(-1)
    const { customer, request } = conversation
    return {
      ...this.#view(conversation),
      customer_name: customer?.name ?? '',
      last_text: last?.text ?? '',
      last_sender: last?.sender,
      last_message_at_ms: last?.created_at_ms,
      reason: request?.reason,
      priority: request?.priority,
      skill_group: request?.skill_group,
      customer_read_seq: conversation.read,
      watchers: [],
    }
  }

  #whole(conversation) {
    const { customer, request, messages, understanding, notes, feedback } = conversation
    const previous = { agent_name: COLLEAGUE, ended_at_ms: Date.now() - 900_000, disposition: 'follow_up', summary: '话费多扣，已登记退费', resolved: false, satisfaction: null }
    return { ...this.#view(conversation), customer, request, summary: summarize(conversation), messages, understanding, previous, notes, feedback, reply_quota: null, other_conversations: [] }
  }

  #tellQueue() {
    this.#tellAgents({ type: 'queue', requests: this.#queue() })
  }

  #tellAgents(frame) {
    for (const send of this.#agentStreams) send(masked(frame))
  }
}

/** Mobile numbers as agents get them. */
function masked(answer) {
  return JSON.parse(JSON.stringify(answer ?? null).replace(/(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g, '$1****$2'))
}

/** Three lines as the service makes them, from what the mock knows. */
function summarize({ customer, messages, understanding }) {
  const seqs = Object.keys(understanding).map(Number)
  const asked = messages.find((one) => one.seq === Math.max(...seqs))
  const person = customer && [`已登录（${customer.phone_masked}）`, customer.vip && 'VIP', customer.elderly && '长辈', `套餐 ${customer.plan}`]
  return [asked && `客户想要：“${asked.text}”`, seqs.length > 0 && `小桥试过：没听懂 ${seqs.length} 次`, `已知信息：${(person || ['未登录']).filter(Boolean).join('；')}`].filter(Boolean)
}

function failure(status, code, message, more = {}) {
  return [status, { error: { code, message, ...more } }]
}
