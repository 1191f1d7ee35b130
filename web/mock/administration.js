/** The mock's part for those who run the desk: agents, sessions, canned replies, hours, what was not told, feedback. */
import { failure } from './answers.js'
import { SkillGroups } from './skillGroups.js'

const DAY_MS = 86_400_000
/** The days are those of the time zone that the hours are in. */
const CHINA_AHEAD_MS = 8 * 3_600_000
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

  #canned = [
    { id: 's1', scope: 'shared', skill_group: null, keyword: '开场', text: '您好{客户姓名}，我是坐席{坐席姓名}，前面的对话我已看到，马上为您处理。', place: 0 },
    { id: 's2', scope: 'shared', skill_group: null, keyword: '稍等', text: '我正在为您查询，大约需要一两分钟，请稍等。', place: 0 },
    { id: 's3', scope: 'shared', skill_group: null, keyword: '核实', text: '请确认要办理业务的是不是尾号 {手机尾号} 的号码？', place: 0 },
    { id: 'g1', scope: 'group', skill_group: 'bills', keyword: '账单', text: '您的账单可以在 App 的“我的账单”里逐项查看。', place: 0 },
    { id: 'g2', scope: 'group', skill_group: 'bills', keyword: '稍候', text: '我正在为您查询，大约需要一两分钟，请稍等。', place: 0 },
  ]
  #webhooks = [
    { id: 'crm:k1.3', target: 'crm', conversation_id: 'k1', event: 'handoff.requested', happened_at_ms: Date.now() - 7_200_000, data: { request: 'rk1', note: HOSTILE }, why: 'HTTP 500', failed_at_ms: Date.now() - 3_600_000 },
    { id: 'crm:k2.4', target: 'crm', conversation_id: 'k2', event: 'handoff.closed', happened_at_ms: Date.now() - 7_000_000, data: { request: 'rk2' }, why: 'timeout', failed_at_ms: Date.now() - 3_000_000 },
  ]
  #audit = Array.from({ length: 120 }, (_, i) => ({
    id: `${1_000_000 - i}-0`,
    at_ms: Date.now() - i * 60_000,
    action: ['login', 'conversation_read', 'claimed', 'numbers_revealed', 'login_failed', 'refused', 'agent_changed'][i % 7],
    agent_id: i % 7 === 4 ? null : 'wf',
    agent_name: i % 7 === 4 ? '' : '王芳',
    role: i % 7 === 4 ? null : 'agent',
    conversation_id: [1, 2, 3].includes(i % 7) ? 'k1' : null,
    subject: i % 7 === 6 ? 'zl' : null,
    address: i % 7 === 0 || i % 7 === 4 ? '10.1.2.3' : null,
    details: i % 7 === 5 ? { code: 'not_permitted', what: 'read' } : i % 7 === 3 ? { reason: HOSTILE } : {},
  }))
  #feedback = Array.from({ length: 60 }, (_, i) => ({
    conversation_id: `k${i}`,
    seq: 4,
    at_ms: Date.now() - i * 600_000,
    helpful: i % 3 === 2,
    question: i === 0 ? `话费为啥多扣了${HOSTILE}` : `第 ${i} 个问题：话费怎么又变多了`,
    answer: '请先查看当月账单的各项费用，再与上月比较；多出的部分可以在账单里逐项核对。',
    intent: 'query_bill',
    article_id: i % 4 === 3 ? null : 'bill-why-higher',
    article_title: i % 4 === 3 ? null : '话费为什么变多了',
    score: i % 4 === 3 ? null : 0.62,
  }))
  #ratings = [
    [1, `等了太久${HOSTILE}`, false],
    [2, '', null],
    [5, '很好', true],
  ].map(([score, comment, resolved], i) => ({ request_id: `r${i}`, conversation_id: `k${i}`, at_ms: Date.now() - i * 3_600_000, score, comment, agent_name: '王芳', skill_group: 'bills', disposition: 'solved', resolved }))

  #hours = {
    hours: {
      default: { workday: ['08:00-22:00'], weekend: ['08:00-22:00'], holiday: ['09:00-18:00'] },
      groups: { network: { workday: ['00:00-24:00'], weekend: ['00:00-24:00'], holiday: ['00:00-24:00'] } },
      extra_workdays: [],
      closures: [],
    },
    version: 0,
    source: 'file',
    changed_by: null,
    changed_at_ms: null,
    time_zone: 'Asia/Shanghai',
    now: [
      { skill_group: 'bills', name: '话费账单', open: true, next_opening_ms: null },
      { skill_group: 'network', name: '网络宽带', open: true, next_opening_ms: null },
      { skill_group: 'general', name: '综合', open: false, next_opening_ms: Date.now() + DAY_MS / 2 },
    ],
  }
  #hoursOfFile = this.#hours
  #skillGroups = new SkillGroups(() => this.#agents)

  /** [status, payload]; null when it is no call of these pages. */
  call(route, { searchParams }, body, agent) {
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
      case 'GET /api/v1/canned-replies':
        return [200, { replies: [...this.#canned].sort((one, other) => rank(one) - rank(other) || one.place - other.place) }]
      case 'POST /api/v1/canned-replies':
        this.#canned.unshift({ id: `q${this.#canned.length}`, skill_group: null, place: 0, ...body })
        return [201, this.#canned[0]]
      case 'PUT /api/v1/canned-replies/:id':
        return [200, Object.assign(this.#canned.find((one) => one.id === id), body)]
      case 'DELETE /api/v1/canned-replies/:id':
        this.#canned = this.#canned.filter((one) => one.id !== id)
        return [204, null]
      case 'PUT /api/v1/canned-replies/order':
        for (const one of this.#canned) if (body.ids.includes(one.id)) one.place = body.ids.indexOf(one.id) + 1
        return [200, { replies: this.#canned }]
      case 'GET /api/v1/canned-replies/export':
        return [200, 'canned_replies: []']
      case 'POST /api/v1/canned-replies/import':
        return [200, this.#import(body)]
      case 'GET /api/v1/webhooks/dead-letters':
        return [200, { dead_letters: this.#webhooks }]
      case 'POST /api/v1/webhooks/dead-letters/:id/resend':
        this.#webhooks = this.#webhooks.filter((one) => one.id !== decodeURIComponent(id))
        return [202, { id }]
      case 'POST /api/v1/webhooks/dead-letters/resend': {
        const resent = this.#webhooks.length
        this.#webhooks = []
        return [202, { resent }]
      }
      case 'GET /api/v1/channels/wechat/dead-letters':
        return [200, { dead_letters: [] }]
      case 'GET /api/v1/administration/hours':
        return [200, this.#hours]
      case 'PUT /api/v1/administration/hours':
        return this.#changeHours(body.version, { hours: body.hours, source: 'changed', changed_by: agent.name, changed_at_ms: Date.now() })
      case 'DELETE /api/v1/administration/hours':
        return this.#changeHours(Number(searchParams.get('version')), { ...this.#hoursOfFile })
      case 'POST /api/v1/administration/hours/preview':
        return [200, { days: this.#previewHours(body.hours) }]
      case 'GET /api/v1/audit':
        return [200, this.#auditPage(searchParams)]
      case 'GET /api/v1/review/feedback': {
        const [helpful, article, before] = ['helpful', 'article_id', 'before_ms'].map((name) => searchParams.get(name))
        const found = this.#feedback.filter((one) => (helpful === null || String(one.helpful) === helpful) && (article === null || one.article_id === article) && (before === null || one.at_ms < Number(before)))
        const limit = Number(searchParams.get('limit'))
        return [200, { feedback: found.slice(0, limit), more: found.length > limit }]
      }
      case 'GET /api/v1/supervision/ratings':
        return [200, { ratings: this.#ratings.filter((one) => one.score <= Number(searchParams.get('max_score')) && (searchParams.get('commented') !== 'true' || one.comment)), more: false }]
      default:
        return this.#skillGroups.call(route, searchParams, body, agent)
    }
  }

  /** Counts lines that begin a reply; one without words is a mistake. */
  #import({ text, dry_run }) {
    const rows = [...text.matchAll(/- text: ?(.*)/g)].map(([, words]) => words.trim())
    const problems = rows.flatMap((words, at) => (words ? [] : [{ row: at + 1, message: 'text 不对：要有内容。' }]))
    const fresh = rows.filter((words) => !this.#canned.some((one) => one.text === words))
    if (!dry_run && problems.length === 0) for (const words of fresh) this.#canned.push({ id: `i${this.#canned.length}`, scope: 'shared', skill_group: null, keyword: '', text: words, place: 99 })
    return { new: fresh.length, known: rows.length - fresh.length, problems }
  }

  /** Hours whose first closure is 2030-01-01 stand for those that somebody else changed meanwhile. */
  #changeHours(version, changes) {
    if (changes.hours.closures[0] === '2030-01-01' || version !== this.#hours.version) {
      this.#hours = { ...this.#hours, version: this.#hours.version + 1 }
      return failure(409, 'changed_meanwhile', '其他管理员刚刚修改了工作时间，请刷新后再改。')
    }
    this.#hours = { ...this.#hours, ...changes, version: version + 1 }
    return [200, this.#hours]
  }

  /** Without a calendar: today, tomorrow, a holiday, and the special days. */
  #previewHours(hours) {
    const day = (ahead) => new Date(Date.now() + CHINA_AHEAD_MS + ahead * DAY_MS).toISOString().slice(0, 10)
    const days = [[day(0), 'workday'], [day(1), 'workday'], [day(30), 'holiday'], ...hours.closures.map((one) => [one, 'closure']), ...hours.extra_workdays.map((one) => [one, 'extra_workday'])]
    const periods = (group, kind) => (kind === 'closure' ? [] : (hours.groups[group] ?? hours.default)[kind === 'holiday' ? kind : 'workday'])
    return days.sort().map(([date, kind]) => ({
      date,
      kind,
      holiday: kind === 'holiday' ? '国庆节' : null,
      groups: this.#hours.now.map(({ skill_group, name }) => ({ skill_group, name, periods: periods(skill_group, kind) })),
    }))
  }

  #auditPage(query) {
    const limit = Number(query.get('limit'))
    const wanted = (name, value) => !query.get(name) || query.get(name) === value
    const after = this.#audit.findIndex((one) => one.id === query.get('cursor')) + 1
    const found = this.#audit.slice(after).filter((one) => wanted('agent_id', one.agent_id) && wanted('action', one.action) && wanted('conversation_id', one.conversation_id))
    return { entries: found.slice(0, limit), cursor: found.length > limit ? found[limit - 1].id : null }
  }

  #withSelf(agent) {
    return this.#agents.some((one) => one.id === agent.id) ? this.#agents : [{ ...agent, disabled: false, last_seen_ms: Date.now(), sessions: 1 }, ...this.#agents]
  }
}

/** One's own first, then those of groups, then the shared ones. */
const rank = ({ scope }) => ['personal', 'group', 'shared'].indexOf(scope)

/** Names that stand where others have an id. */
const FIXED = new Set(['order', 'export', 'import', 'resend'])
