/** The mock's skill groups: what holds for them, who waits, who serves them. */
import { failure } from './answers.js'
import { GROUPS } from './seeds.js'

const HOUR_MS = 3_600_000

export class SkillGroups {
  #plan = { groups: Object.fromEntries(GROUPS.map(({ id, name }) => [id, { name, queue_limit: id === 'complaints' ? 50 : null, overflow: id === 'general' ? null : 'general', overflow_after_s: id === 'complaints' ? 60 : null }])) }
  #ofFile = this.#plan
  #changed = { version: 0, source: 'file', changed_by: null, changed_at_ms: null }
  #waiting = { bills: [2, 95], network: [1, 22] }

  constructor(agents) {
    this.agents = agents
  }

  /** [status, payload]; null when it is no call of this page. */
  call(route, searchParams, body, agent) {
    const member = /^(PUT|DELETE) \/api\/v1\/administration\/skill-groups\/([^/]+)\/members\/([^/]+)$/.exec(route)
    if (member) return this.#move(member[1] === 'PUT', member[2], member[3], agent)
    const capacity = /^PUT \/api\/v1\/agents\/([^/]+)\/capacity$/.exec(route)
    if (capacity) return this.#change(capacity[1], agent, { capacity: body.capacity })
    switch (route) {
      case 'GET /api/v1/administration/skill-groups':
        return [200, this.#answer()]
      case 'PUT /api/v1/administration/skill-groups':
        return this.#put(body.version, body.plan, { source: 'changed', changed_by: agent.name, changed_at_ms: Date.now() })
      case 'DELETE /api/v1/administration/skill-groups':
        return this.#put(Number(searchParams.get('version')), this.#ofFile, { source: 'file' })
      default:
        return null
    }
  }

  #answer() {
    const now = Object.entries(this.#plan.groups).map(([id, { name }]) => {
      const [waiting, longest_wait_s] = this.#waiting[id] ?? [0, 0]
      return { skill_group: id, name, open: id !== 'plans', next_opening_ms: id === 'plans' ? Date.now() + 2 * HOUR_MS : null, waiting, longest_wait_s }
    })
    const agents = this.agents().filter((one) => one.role !== 'trainer' && !one.disabled)
    return { plan: this.#plan, ...this.#changed, defaults: { queue_limit: 200, overflow_after_s: 180 }, now, agents }
  }

  /** A plan in which bills may be queued for by 404 stands for one that somebody else changed meanwhile. */
  #put(version, plan, changes) {
    if (plan.groups.bills.queue_limit === 404 || version !== this.#changed.version) {
      this.#changed = { ...this.#changed, version: this.#changed.version + 1 }
      return failure(409, 'changed_meanwhile', '其他管理员刚刚修改了技能组，请刷新后再改。')
    }
    this.#plan = plan
    this.#changed = { changed_by: null, changed_at_ms: null, ...changes, version: version + 1 }
    return [200, this.#answer()]
  }

  #move(joins, group, id, by) {
    const of = this.agents().find((one) => one.id === id)
    const served = of.skill_groups.length === 0 ? GROUPS.map((one) => one.id) : of.skill_groups
    if (joins) return this.#change(id, by, { skill_groups: of.skill_groups.length === 0 || served.includes(group) ? of.skill_groups : [...served, group] })
    const kept = served.filter((one) => one !== group)
    if (kept.length === 0) return failure(409, 'last_group', `${of.name}只在这一个技能组，请先加到别的组再移出；不再接待客户的，请管理员停用账号。`)
    return this.#change(id, by, { skill_groups: kept })
  }

  #change(id, by, changes) {
    const of = this.agents().find((one) => one.id === id)
    if (by.role !== 'administrator' && of.role !== 'agent') return failure(403, 'not_permitted', '班长只能调整角色是坐席的同事，其他角色请管理员操作。')
    return [200, Object.assign(of, changes)]
  }
}
