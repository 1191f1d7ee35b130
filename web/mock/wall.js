/** The mock's wall: what is there is counted, today is made up. */
import { COLLEAGUE, GROUPS } from './seeds.js'

export function wall(conversations, tickets, agent) {
  const waited = (one) => Math.round((Date.now() - one.request.requested_at_ms) / 1000)
  const [queued, served] = ['queued', 'active'].map((state) => conversations.all().filter((one) => one.state === state))
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
    tickets: (({ new: count, in_progress, overdue }) => ({ new: count, in_progress, overdue }))(tickets.counts(agent)),
    today: { since_ms: 0, requests: 46, claimed: 39, left: 3, service_level: 0.87, service_level_target_s: 60, first_response_s: 47.2, handling_s: 386, satisfaction: 4.6, ratings: 21, resolved_share: 0.9, reasons: { customer_request: 24, repeated_failure: 11, complaint: 7, human_only: 4 }, priority_reasons: { vip: 6, repeated: 5, elderly: 2 }, by_hour: [0, 0, 1, 0, 0, 0, 1, 3, 6, 11, 9, 7, 5, 3] },
  }
}
