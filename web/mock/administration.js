/** The mock's part for those who run the desk: agents, sessions, canned replies, hours, what was not told, feedback. */

const DAY_MS = 86_400_000
const HOSTILE = '<img src=x onerror=alert(1)>'

export class Administration {
  #agents = [
    { id: 'seeded', username: 'lina', name: '李娜', role: 'supervisor', skill_groups: [], presence: 'online', capacity: 8, active: 2, disabled: false, last_seen_ms: Date.now(), sessions: 1 },
    { id: 'wf', username: 'wangfang', name: '王芳', role: 'agent', skill_groups: ['bills', 'plans'], presence: 'online', capacity: 5, active: 2, disabled: false, last_seen_ms: Date.now(), sessions: 2 },
    { id: 'zl', username: 'zhaolei', name: '赵磊', role: 'agent', skill_groups: ['network'], presence: 'break', capacity: 5, active: 0, disabled: false, last_seen_ms: Date.now() - 60_000, sessions: 1 },
    { id: 'tr', username: 'sunyue', name: '孙悦', role: 'trainer', skill_groups: [], presence: 'offline', capacity: 5, active: 0, disabled: false, last_seen_ms: Date.now() - 2 * DAY_MS, sessions: 0 },
    { id: 'old', username: 'zhouming', name: `周明${HOSTILE}`, role: 'agent', skill_groups: ['general'], presence: 'offline', capacity: 5, active: 0, disabled: true, last_seen_ms: null, sessions: 0 },
  ]
  #sessions = [
    { id: 'f1', began_ms: Date.now() - 3_600_000, used_ms: Date.now() - 60_000, address: '10.1.2.3', client: 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36', present: true },
    { id: 'f2', began_ms: Date.now() - DAY_MS / 3, used_ms: Date.now() - DAY_MS / 6, address: '10.1.2.9', client: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1', present: false },
  ]

  /** [status, payload]; null when it is no call of these pages. */
  call(route, _url, body, agent) {
    const id = /^\w+ \/api\/v1\/(?:agents|agent\/sessions|canned-replies|webhooks\/dead-letters)\/([^/]+)/.exec(route)?.[1]
    const of = this.#agents.find((one) => one.id === id)
    switch (id && !FIXED.has(id) ? route.replace(id, ':id') : route) {
      case 'GET /api/v1/administration/agents':
        return [200, { agents: this.#withSelf(agent) }]
      case 'POST /api/v1/agents':
        if (this.#agents.some((one) => one.username === body.username)) return failure(409, 'username_taken', '这个用户名已被使用，请换一个。')
        this.#agents.push({ id: `a${this.#agents.length}`, presence: 'offline', active: 0, disabled: false, last_seen_ms: null, sessions: 0, ...body, password: undefined })
        return [201, this.#agents.at(-1)]
      case 'PATCH /api/v1/agents/:id':
        Object.assign(of, body, body.disabled ? { presence: 'offline', sessions: 0 } : {})
        return [200, of]
      case 'PUT /api/v1/agents/:id/password':
        of.sessions = 0
        return [204, null]
      case 'POST /api/v1/agents/:id/logout':
        Object.assign(of, { sessions: 0, presence: 'offline' })
        return [200, of]
      case 'GET /api/v1/agent/sessions':
        return [200, { sessions: this.#sessions }]
      case 'DELETE /api/v1/agent/sessions/:id':
        this.#sessions = this.#sessions.filter((one) => one.id !== id)
        return [204, null]
      case 'PUT /api/v1/agent/password':
        return body.old_password === 'demo' ? [204, null] : failure(422, 'wrong_password', '原密码不对，请重新输入。')
      case 'POST /api/v1/agent/logout-everywhere':
        return [200, agent]
      default:
        return null
    }
  }

  #withSelf(agent) {
    return this.#agents.some((one) => one.id === agent.id) ? this.#agents : [{ ...agent, disabled: false, last_seen_ms: Date.now(), sessions: 1 }, ...this.#agents]
  }
}

/** Names that stand where others have an id. */
const FIXED = new Set(['order', 'export', 'import', 'resend'])

function failure(status, code, message, more = {}) {
  return [status, { error: { code, message, ...more } }]
}
