/** The mock service: which part of it answers. */
import { Agents } from './agents.js'
import { masked } from './answers.js'
import { Conversations } from './conversations.js'
import { Customers } from './customers.js'
import { Files } from './files.js'
import { PEOPLE, SEAT, TOPICS } from './seeds.js'
import { Tickets } from './tickets.js'

export class Desk {
  files = new Files()
  #conversations = new Conversations()
  #tickets = new Tickets(
    this.#conversations,
    (...message) => this.#conversations.append(...message),
    (frameFor) => this.#conversations.tellAgents(frameFor(SEAT)),
  )
  #customers = new Customers(this.#conversations, this.#tickets, this.files)
  #agents = new Agents(this.#conversations, this.#tickets, this.files)

  seed(waiting, mine, messages) {
    for (let i = 0; i < waiting + mine; i++) {
      const conversation = this.#conversations.create(PEOPLE[i % PEOPLE.length])
      const topic = TOPICS[i % TOPICS.length]
      const age_ms = (waiting + mine - i) * 47_000
      for (let n = 0; n < Math.max(0, messages - 2); n++) {
        // Answers of one line and of many: no two rows of a long conversation need be of one height.
        const answer = '为您找到以下说明，请查看。如果还有疑问，可以继续问我。'.repeat(n > 20 ? 1 + ((n * 7) % 11) : 1)
        const text = n % 2 ? answer : `${topic[0]}（${n + 1}）`
        this.#conversations.append(conversation, n % 2 ? 'bot' : 'customer', text, { created_at_ms: Date.now() - age_ms - (messages - n) * 20_000 })
      }
      this.#conversations.append(conversation, 'customer', topic[0], { created_at_ms: Date.now() - age_ms - 5_000 })
      this.#conversations.understand(conversation, topic)
      this.#conversations.enqueue(conversation, topic, age_ms)
      if (i >= waiting) this.#conversations.give(conversation, SEAT)
    }
    this.#tickets.seed(this.#conversations.all())
  }

  call(method, url, body, token) {
    const path = url.pathname
    const route = `${method} ${path}`
    if (route === 'GET /demo/identities') return [200, { identities: PEOPLE }]
    const demo = /^POST \/demo\/identities\/(\w+)$/.exec(route)
    if (demo) return [200, { identity_token: `x.${Buffer.from(JSON.stringify(claims(demo[1]))).toString('base64url')}.x` }]
    if (route === 'POST /api/v1/visitors') return this.#customers.visit(body)
    if (path.startsWith('/api/v1/conversation')) return this.#customers.call(route, url, body, token)
    const [status, answer] = this.#agents.call(route, url, body, token)
    return answer === undefined || /reveal$|\/agent\/tickets/.test(path) ? [status, answer] : [status, masked(answer)]
  }

  customerStream(hello, send) {
    return this.#customers.stream(hello, send)
  }

  agentStream(hello, send) {
    return this.#agents.stream(hello, send)
  }
}

/** What the operator's app says of a customer who is logged in. */
function claims(id) {
  const { name, phone_masked } = PEOPLE.find((one) => one.id === id) ?? {}
  return { sub: id, name, phone: phone_masked?.replace('****', '1234') }
}
