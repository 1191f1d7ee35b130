import type { Attachment, ConversationView, CustomerTicket, Message, NewTicket } from '../shared/contract'
import { FakeSocket, message } from '../shared/testing'

/** The service as the widget sees it, for tests: one conversation, messages numbered, each client_message_id stored once. */
export class FakeService {
  messages: Message[] = []
  state: ConversationView['state'] = 'bot'
  tokens = new Set<string>()
  customerRead = 0
  down = false
  visits: unknown[] = []
  posts: Record<string, unknown>[] = []
  refuseIdentity = false
  feedback: Record<string, boolean> = {}
  comments: string[] = []
  /** Why comments are refused, if they are. */
  refuseComments: string | null = null
  uploads: Attachment[] = []
  tickets: CustomerTicket[] = []
  wishes: NewTicket[] = []
  /** Why tickets are refused, if they are. */
  refuseTickets: string | null = null
  #stored = new Map<string, number>()

  get view(): ConversationView {
    return { id: 'c1', state: this.state, channel: 'web', last_seq: this.messages.length, queue: null, agent: null, agent_read_seq: 0, customer_read_seq: this.customerRead }
  }

  say(text: string, sender: Message['sender'] = 'bot', more: Partial<Message> = {}): Message {
    const said = message(this.messages.length + 1, text, sender, more)
    this.messages.push(said)
    return said
  }

  /** Takes a waiting connection as the service does: ready, what was missed, then live frames by `deliver`. */
  connect(): void {
    const socket = FakeSocket.last
    socket.accept()
    const { after } = socket.sent[0] as { after: number }
    socket.deliver({ type: 'ready', conversation: this.view })
    for (const one of this.messages.filter(({ seq }) => seq > after)) socket.deliver({ type: 'message', message: one })
  }

  fetch = (input: string, init?: RequestInit): Promise<Response> => {
    if (this.down) return Promise.reject(new TypeError('network'))
    const url = new URL(input)
    if (init?.body instanceof File) return Promise.resolve(answer(201, this.#take(init.body)))
    const body = init?.body ? (JSON.parse(init.body as string) as Record<string, unknown>) : {}
    if (url.pathname.endsWith('/visitors')) return Promise.resolve(this.#visit(body))
    const token = new Headers(init?.headers).get('Authorization')?.replace('Bearer ', '') ?? ''
    if (!this.tokens.has(token)) return Promise.resolve(answer(401, { error: { code: 'invalid_token', message: '会话已过期' } }))
    if (url.pathname.endsWith('/satisfaction')) return Promise.resolve(this.#comment(String(body.comment)))
    const judged = /messages\/(\d+)\/feedback$/.exec(url.pathname)
    if (judged) {
      const seq = Number(judged[1])
      this.feedback[seq] = body.helpful as boolean
      return Promise.resolve(answer(200, { seq, helpful: body.helpful, offer_handoff: body.helpful === false && this.state === 'bot' }))
    }
    if (url.pathname.endsWith('/tickets')) return Promise.resolve(init?.method === 'POST' ? this.#open(body as unknown as NewTicket) : answer(200, { tickets: this.tickets }))
    if (url.pathname.endsWith('/messages')) return Promise.resolve(this.#store(body))
    const after = Number(url.searchParams.get('after'))
    const limit = Number(url.searchParams.get('limit'))
    const found = this.messages.filter(({ seq }) => seq > after)
    return Promise.resolve(answer(200, { conversation: this.view, messages: found.slice(0, limit), more: found.length > limit, feedback: this.feedback }))
  }

  #visit(body: Record<string, unknown>): Response {
    if (this.refuseIdentity) return answer(401, { error: { code: 'invalid_identity', message: '身份信息已过期' } })
    this.visits.push(body)
    const token = `t${String(this.visits.length)}`
    this.tokens.add(token)
    return answer(201, { visitor_token: token, conversation: this.view, customer: null })
  }

  /** The same words again are a second delivery. */
  #comment(text: string): Response {
    if (this.refuseComments !== null) return answer(409, { error: { code: 'nothing_to_rate', message: this.refuseComments } })
    if (this.comments.at(-1) !== text) this.say('谢谢，您的意见已经记下。', 'system')
    this.comments.push(text)
    return new Response(null, { status: 204 })
  }

  /** A ticket as the service makes it: once by its id, told in a message of the same moment. */
  #open(wish: NewTicket): Response {
    if (this.refuseTickets !== null) return answer(422, { error: { code: 'no_phone', message: this.refuseTickets } })
    const known = this.wishes.findIndex((one) => one.client_ticket_id === wish.client_ticket_id)
    if (known >= 0) return answer(201, this.tickets[known])
    this.wishes.push(wish)
    const number = this.wishes.length
    const { created_at_ms } = this.say(`登记好了。工单号 ${String(number)}`, 'system')
    const ticket: CustomerTicket = { number, kind: wish.kind, state: 'new', text: wish.text, phone_masked: '', owner_name: null, created_at_ms, due_at_ms: Date.now() + 3_600_000, result: '' }
    this.tickets.push(ticket)
    return answer(201, ticket)
  }

  #take(file: File): Attachment {
    const attachment = { id: `f${String(this.uploads.length + 1)}`, name: file.name, content_type: file.type, size_bytes: file.size }
    this.uploads.push(attachment)
    return attachment
  }

  #store(body: Record<string, unknown>): Response {
    this.posts.push(body)
    const id = String(body.client_message_id)
    const known = this.#stored.get(id)
    const named = (body.attachments ?? []) as string[]
    const attachments = this.uploads.filter((one) => named.includes(one.id))
    const seq = known ?? this.say(String(body.text), 'customer', { attachments }).seq
    this.#stored.set(id, seq)
    return answer(202, { seq, duplicate: known !== undefined })
  }
}

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status })
}
