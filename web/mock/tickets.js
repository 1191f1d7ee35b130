/** The mock's tickets: left by customers, worked by agents. */
import { failure, masked } from './answers.js'

const HOUR_MS = 3_600_000

export class Tickets {
  #tickets = []
  #keys = new Map()

  /** `conversations`: id -> conversation; `append(conversation, sender, text, more)` tells its customer something. */
  constructor(conversations, append, tellAgents) {
    this.conversations = conversations
    this.append = append
    this.tellAgents = tellAgents
  }

  /** One that is overdue, one that is soon due, one with time, of these conversations. */
  seed(conversations) {
    const texts = ['宽带断了三天，请打 13912345678 尽快处理', '请下午给我回电，想问退订套餐的事', '发票抬头开错了，请重开']
    conversations.slice(0, 3).forEach((conversation, i) => {
      const kind = i === 1 ? 'callback' : 'message'
      const ticket = this.#make(conversation, { kind, text: texts[i], phone: '13812342046', time_of_day: kind === 'callback' ? '下午' : '', name: '' })
      ticket.due_at_ms = Date.now() + [-HOUR_MS, HOUR_MS / 2, 4 * HOUR_MS][i]
      ticket.skill_group = ['network', 'plans', 'bills'][i]
    })
  }

  customerCall(method, conversation, body) {
    if (method === 'GET') return [200, { tickets: this.#tickets.filter((one) => one.conversation_id === conversation.id).map(ownView) }]
    if (body.kind === 'callback' && !/^(1[3-9]\d{9}|0\d{9,11})$/.test((body.phone ?? '').replace(/\D/g, ''))) return failure(422, 'no_phone', '这个电话号码好像不对，请填写 11 位手机号，或带区号的固定电话。')
    const known = this.#keys.get(body.client_ticket_id)
    if (known) return [201, ownView(known)]
    const ticket = this.#make(conversation, body)
    this.#keys.set(body.client_ticket_id, ticket)
    conversation.state = 'bot'
    conversation.request = null
    // The service writes both in one step.
    const { created_at_ms } = ticket
    const due = new Date(ticket.due_at_ms).toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false })
    this.append(conversation, 'system', `您的${body.kind === 'callback' ? '回电' : '留言'}登记好了。工单号 ${ticket.number}，最晚 ${due} 前会有客服处理，处理进展会在这里告诉您。`, { created_at_ms })
    this.tell()
    return [201, ownView(ticket)]
  }

  agentCall(method, path, query, body, agent) {
    const [, id, step] = /tickets(?:\/([^/]+))?(?:\/(\w+))?$/.exec(path)
    if (!id) return [200, { tickets: this.#listed(query, agent).map((one) => seen(one, agent)), counts: this.counts(agent) }]
    const ticket = this.#tickets.find((one) => one.id === id)
    if (!ticket) return failure(404, 'ticket_not_found', '没有找到这个工单。')
    if (method === 'GET') return [200, seen(ticket, agent)]
    if (step === 'reveal') return [200, this.#whole(ticket)]
    if (step === 'read') {
      if (ticket.owner_id === agent.id) ticket.unread = 0
      this.tell()
      return [200, seen(ticket, agent)]
    }
    return this.#step(ticket, step, body, agent)
  }

  get(id) {
    return this.#tickets.find((one) => one.id === id)
  }

  counts(agent) {
    const count = (wanted) => this.#tickets.filter(wanted).length
    return {
      new: count((one) => one.state === 'new'),
      mine: count((one) => one.state === 'in_progress' && one.owner_id === agent.id),
      in_progress: count((one) => one.state === 'in_progress'),
      overdue: count((one) => one.state !== 'done' && one.due_at_ms < Date.now()),
    }
  }

  #listed(query, agent) {
    const wanted = query.get('mine') ? (one) => one.state === 'in_progress' && one.owner_id === agent.id : (one) => one.state === (query.get('state') ?? 'new')
    const group = query.get('skill_group')
    return this.#tickets.filter((one) => wanted(one) && (!group || one.skill_group === group)).sort((a, b) => a.due_at_ms - b.due_at_ms)
  }

  #whole({ conversation_id, phone, text, time_of_day }) {
    const said = this.conversations.get(conversation_id).messages.filter((one) => masked(one.text) !== one.text)
    return { phone, text, time_of_day, messages: Object.fromEntries(said.map((one) => [one.seq, one.text])), others: {} }
  }

  #step(ticket, step, body, agent) {
    const conversation = this.conversations.get(ticket.conversation_id)
    const change = (kind, more = {}) => ticket.changes.push({ id: `x${ticket.changes.length}`, kind, at_ms: Date.now(), by_name: agent.name, to: '', text: '', due_at_ms: null, ...more })
    const tell = (text) => this.append(conversation, 'system', text)
    if (step === 'messages') {
      const { seq } = this.append(conversation, 'agent', body.text, { sender_name: agent.name })
      ticket.unread = 0
      // A prompt customer: presses 回复处理人 and answers.
      setTimeout(() => this.#reply(ticket, conversation, '好的，下午三点后在家，打 13912345678 就行'), 800)
      return [201, { seq, duplicate: false }]
    }
    if (step === 'take') {
      if (ticket.state !== 'new') return failure(409, 'ticket_taken', `这个工单由${ticket.owner_name}负责。`)
      Object.assign(ticket, { state: 'in_progress', owner_id: agent.id, owner_name: agent.name, taken_at_ms: Date.now() })
      change('taken')
      tell(`工单 ${ticket.number} 由客服${agent.name}负责到底，有结果会在这里告诉您。`)
    } else if (step === 'hand') {
      const name = body.agent_id ? '王芳' : body.skill_group
      Object.assign(ticket, body.agent_id ? { state: 'in_progress', owner_id: body.agent_id, owner_name: name } : { state: 'new', owner_id: null, owner_name: null, skill_group: name })
      change('handed', { to: name, text: body.reason })
      tell(`工单 ${ticket.number} 已转给${name}继续处理。`)
    } else if (step === 'calls') {
      if (!body.reached) ticket.due_at_ms = body.again_at_ms
      change(body.reached ? 'reached' : 'not_reached', { text: body.text, due_at_ms: body.reached ? null : body.again_at_ms })
      if (!body.reached) tell(`刚才给您回电没有打通（工单 ${ticket.number}），我们会再打给您。`)
    } else if (step === 'done') {
      Object.assign(ticket, { state: 'done', result: body.result, ended_at_ms: Date.now() })
      change('done', { text: body.result })
      tell(`工单 ${ticket.number} 已处理完成：${body.result}。还有问题请直接告诉我。`)
    } else {
      Object.assign(ticket, { state: 'in_progress', result: '', ended_at_ms: null })
      change('reopened', { text: body.reason })
      tell(`工单 ${ticket.number} 重新打开了。`)
    }
    this.tell()
    return [200, seen(ticket, agent)]
  }

  #reply(ticket, conversation, text) {
    const { seq } = this.append(conversation, 'customer', text)
    ticket.unread += 1
    ticket.changes.push({ id: `reply:${seq}`, kind: 'replied', at_ms: Date.now(), by_name: ticket.customer_name, to: '', text, seq, due_at_ms: null })
    this.append(conversation, 'system', `您的回复已转给工单 ${ticket.number} 的客服${ticket.owner_name}，最晚今天 22:00 前给您答复，有结果会在这里告诉您。`)
    this.tell()
  }

  #make(conversation, { kind, text, phone, time_of_day = '', name = '' }) {
    const digits = phone ?? ''
    const ticket = {
      id: `t${this.#tickets.length + 1}`,
      number: this.#tickets.length + 1,
      kind,
      state: 'new',
      skill_group: 'general',
      conversation_id: conversation.id,
      channel: conversation.channel,
      customer_name: name || conversation.customer?.name || '访客',
      phone: digits,
      phone_masked: digits ? `${digits.slice(0, 3)}****${digits.slice(-4)}` : '',
      text,
      time_of_day,
      created_at_ms: Date.now(),
      due_at_ms: Date.now() + 4 * HOUR_MS,
      owner_id: null,
      owner_name: null,
      taken_at_ms: null,
      ended_at_ms: null,
      result: '',
      unread: 0,
      changes: [],
    }
    this.#tickets.push(ticket)
    return ticket
  }

  tell() {
    this.tellAgents((agent) => ({ type: 'tickets', counts: this.counts(agent) }))
  }
}

/** As its customer sees it. */
function ownView({ number, kind, state, text, phone_masked, owner_name, created_at_ms, due_at_ms, result }) {
  return { number, kind, state, text, phone_masked, owner_name, created_at_ms, due_at_ms, result }
}

function seen(ticket, agent) {
  const isOwner = ticket.owner_id === agent.id && ticket.state === 'in_progress'
  return { ...masked(ticket), phone: isOwner ? ticket.phone : null }
}
