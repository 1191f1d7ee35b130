import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Agent, AgentConversation, AgentConversationSummary, Colleague, RequestSummary } from '../../shared/contract'
import { ApiError } from '../../shared/http'
import { FakeSocket, message } from '../../shared/testing'
import type { AgentApi } from '../api'
import { conversation, handoffRequest, row, waiting } from '../testing'
import { Desk } from './desk'
import type { DeskEvents } from './events'
import { Thread } from './thread'

const agent: Agent = { id: 'a1', username: 'lina', name: '李娜', role: 'agent', skill_groups: [], presence: 'online', capacity: 5, disabled: false, active: 0 }

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
  sessionStorage.clear()
  FakeSocket.opened = []
})
afterEach(() => {
  vi.useRealTimers()
})

function whole(id: string, last_seq = 2): AgentConversation {
  const messages = Array.from({ length: last_seq }, (_, i) => message(i + 1, `话 ${String(i + 1)}`, i % 2 ? 'bot' : 'customer'))
  return conversation({ id, agent: { name: '李娜' }, messages })
}

function colleague(name: string, more: Partial<Colleague> = {}): Colleague {
  return { id: name, name, presence: 'online', role: 'agent', active: 1, capacity: 5, ...more }
}

function setUp() {
  const service = { requests: [waiting('r1'), waiting('r2')], mine: [] as AgentConversationSummary[], wholes: new Map<string, AgentConversation>() }
  const api = {
    queue: vi.fn(() => Promise.resolve(service.requests)),
    conversations: vi.fn(() => Promise.resolve(service.mine)),
    conversation: vi.fn((id: string, after = 0) => {
      const found = service.wholes.get(id) ?? whole(id)
      return Promise.resolve({ ...found, messages: found.messages.filter((one) => one.seq > after) })
    }),
    reference: vi.fn(() => Promise.resolve({ skill_groups: [], dispositions: [], tasks: [], reasons: [], service_level_s: 60, time_zone: 'Asia/Shanghai' })),
    claim: vi.fn((id: string) => Promise.resolve(whole(`c-${id}`))),
    reply: vi.fn(() => Promise.resolve({ seq: 3, duplicate: false })),
    close: vi.fn(() => Promise.resolve()),
    transfer: vi.fn(() => Promise.resolve()),
    colleagues: vi.fn(() => Promise.resolve([colleague('赵磊', { active: 5 }), colleague('孙浩', { presence: 'break' }), colleague('陈静', { role: 'trainer' }), colleague('王芳')])),
    setPresence: vi.fn((presence: Agent['presence']) => Promise.resolve({ ...agent, presence })),
  }
  const told = { problem: vi.fn(), lostRace: vi.fn(), removed: vi.fn(), newRequest: vi.fn() }
  const events = { ...told, newMessage: vi.fn(), assigned: vi.fn(), missed: vi.fn() } satisfies DeskEvents
  const desk = new Desk({ api: api as unknown as AgentApi, token: () => 't', agent, events, createSocket: (url) => new FakeSocket(url) })
  desk.isShown.value = true
  return { service, api, events, desk }
}

async function started() {
  const all = setUp()
  all.desk.start()
  FakeSocket.last.accept()
  FakeSocket.last.deliver({ type: 'ready', agent, conversations: [] })
  await vi.advanceTimersByTimeAsync(0)
  return all
}

test('logs in on the stream and shows the queue as the service sends it', async () => {
  const { desk, events } = await started()
  expect(FakeSocket.last.sent[0]).toEqual({ type: 'auth', token: 't' })
  expect(desk.requests.value.map((one) => one.id)).toEqual(['r1', 'r2'])
  FakeSocket.last.deliver({ type: 'queue', requests: [waiting('r2'), waiting('r3')] })
  expect(desk.requests.value.map((one) => one.id)).toEqual(['r2', 'r3'])
  expect(events.newRequest.mock.calls.map(([one]) => (one as RequestSummary).id)).toEqual(['r3'])
})

test('a wrong clock of the PC does not change waiting times', async () => {
  const { desk } = await started()
  const ahead_ms = 3_600_000
  FakeSocket.last.deliver({ type: 'queue', requests: [waiting('r1', { requested_at_ms: Date.now() - ahead_ms - 42_000, waited_s: 42 })] })
  expect(desk.clockAhead_ms.value).toBe(ahead_ms)
})

test('claiming opens the conversation and takes it off the queue', async () => {
  const { desk } = await started()
  await desk.claim(waiting('r1'))
  expect(desk.openId.value).toBe('c-r1')
  expect(desk.open.value?.messages.map((one) => one.seq)).toEqual([1, 2])
  expect(desk.requests.value.map((one) => one.id)).toEqual(['r2'])
})

test('losing the race names the winner and drops the row', async () => {
  const { desk, api, events } = await started()
  api.claim.mockRejectedValueOnce(new ApiError(409, { code: 'already_claimed', message: '已由王芳接待', claimed_by: '王芳' }))
  expect(await desk.claim(waiting('r1'))).toBeNull()
  expect(events.lostRace).toHaveBeenCalledWith('王芳', '已由王芳接待')
  expect(desk.requests.value.map((one) => one.id)).toEqual(['r2'])
  expect(desk.claiming.size).toBe(0)
})

test('a full desk is told why and keeps the row', async () => {
  const { desk, api, events } = await started()
  api.claim.mockRejectedValueOnce(new ApiError(409, { code: 'capacity_reached', message: '已达接待上限' }))
  await desk.claim(waiting('r1'))
  expect(events.lostRace).toHaveBeenCalledWith(null, '已达接待上限')
  expect(desk.requests.value).toHaveLength(2)
})

test('counts unread messages of conversations that are not open', async () => {
  const { desk } = await started()
  await desk.claim(waiting('r1'))
  await desk.claim(waiting('r2'))
  const said = (id: string, seq: number) => ({ type: 'message', conversation_id: id, message: message(seq, '在吗', 'customer') })
  FakeSocket.last.deliver(said('c-r1', 3))
  FakeSocket.last.deliver(said('c-r1', 3))
  FakeSocket.last.deliver(said('c-r2', 3))
  expect([desk.threads.get('c-r1')?.unread, desk.threads.get('c-r2')?.unread]).toEqual([1, 0])
  desk.show('c-r1')
  expect(desk.threads.get('c-r1')?.unread).toBe(0)
})

test('after a lost connection everything is read anew, and gaps are filled', async () => {
  const { desk, service, api } = await started()
  await desk.claim(waiting('r1'))
  service.mine = [row('c-r1', { last_seq: 5 })]
  service.wholes.set('c-r1', whole('c-r1', 5))
  FakeSocket.last.drop()
  await vi.advanceTimersByTimeAsync(1_000)
  FakeSocket.last.accept()
  FakeSocket.last.deliver({ type: 'ready', agent, conversations: [] })
  await vi.advanceTimersByTimeAsync(0)
  expect(desk.threads.get('c-r1')?.messages.map((one) => one.seq)).toEqual([1, 2, 3, 4, 5])
  api.conversation.mockClear()
  service.wholes.set('c-r1', whole('c-r1', 8))
  FakeSocket.last.deliver({ type: 'message', conversation_id: 'c-r1', message: message(8) })
  await vi.advanceTimersByTimeAsync(0)
  expect(desk.threads.get('c-r1')?.messages.map((one) => one.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

test('a reply is shown at once, stored once, and survives a reload unsent', async () => {
  const { desk, api, service } = await started()
  service.mine = [row('c-r1', { last_seq: 2 })]
  await desk.claim(waiting('r1'))
  const thread = desk.open.value
  api.reply.mockRejectedValue(new ApiError(0, { code: 'network', message: '断网' }))
  thread?.send('您好')
  await vi.advanceTimersByTimeAsync(0)
  expect(thread?.pending.map((letter) => [letter.text, letter.status])).toEqual([['您好', 'waiting']])
  desk.stop()

  const again = setUp()
  again.service.mine = [row('c-r1', { last_seq: 2 })]
  again.desk.start()
  await vi.advanceTimersByTimeAsync(0)
  const ids = [...api.reply.mock.calls, ...again.api.reply.mock.calls].map((call) => (call as unknown[])[2])
  expect(again.api.reply).toHaveBeenCalledTimes(1)
  expect(new Set(ids).size).toBe(1)
})

test('drafts are kept by conversation', async () => {
  const { desk } = await started()
  await desk.claim(waiting('r1'))
  await desk.claim(waiting('r2'))
  const [first, second] = [desk.threads.get('c-r1'), desk.threads.get('c-r2')]
  if (!first || !second) throw new Error('not claimed')
  first.draft = '写给一号'
  expect([first.draft, second.draft]).toEqual(['写给一号', ''])
})

test('closing takes the conversation away quietly; anybody else taking it is told', async () => {
  const { desk, events } = await started()
  await desk.claim(waiting('r1'))
  await desk.claim(waiting('r2'))
  const mine = desk.open.value
  if (!mine) throw new Error('nothing open')
  await desk.close(mine, { disposition: 'answered', resolved: true })
  FakeSocket.last.deliver({ type: 'conversation_removed', conversation_id: mine.id, agent_name: null })
  expect(events.removed).not.toHaveBeenCalled()
  expect(desk.openId.value).toBeNull()
  FakeSocket.last.deliver({ type: 'conversation_removed', conversation_id: 'c-r1', agent_name: '李娜' })
  expect(events.removed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: 'c-r1' }), '李娜')
  expect(desk.threads.size).toBe(0)
})

test('says since when a customer waits for a reply, counted from their first unanswered message', async () => {
  const { desk } = await started()
  await desk.claim(waiting('r1'))
  const thread = desk.open.value
  const receive = (seq: number, sender: 'customer' | 'agent' | 'system') => {
    FakeSocket.last.deliver({ type: 'message', conversation_id: 'c-r1', message: message(seq, '话', sender, { created_at_ms: seq }) })
    return thread?.unanswered_since_ms
  }
  expect(receive(3, 'system')).toBe(3)
  expect(receive(4, 'agent')).toBeNull()
  expect(receive(5, 'customer')).toBe(5)
  expect(receive(6, 'customer')).toBe(5)
  expect(receive(7, 'agent')).toBeNull()
})

test('shows that the storage is away until news come again', async () => {
  const { desk, events } = await started()
  FakeSocket.last.deliver({ type: 'error', error: { code: 'storage_unavailable', message: '服务暂时不可用' } })
  FakeSocket.last.deliver({ type: 'pong' })
  expect(desk.trouble.value).toBe('服务暂时不可用')
  expect(events.problem).not.toHaveBeenCalled()
  FakeSocket.last.deliver({ type: 'queue', requests: [] })
  expect(desk.trouble.value).toBeNull()
})

test('a transfer takes the conversation away quietly; a refused one leaves it', async () => {
  const { desk, api, events } = await started()
  await desk.claim(waiting('r1'))
  const mine = desk.open.value
  if (!mine) throw new Error('nothing open')
  api.transfer.mockRejectedValueOnce(new ApiError(409, { code: 'at_capacity', message: '已满' }))
  await expect(desk.transfer(mine, { agent_id: 'a2' }, '')).rejects.toThrow('已满')
  expect(desk.threads.size).toBe(1)
  await desk.transfer(mine, { skill_group: 'bills' }, '账单问题')
  FakeSocket.last.deliver({ type: 'conversation_removed', conversation_id: mine.id, agent_name: null })
  expect(api.transfer).toHaveBeenLastCalledWith('c-r1', 'r1', { skill_group: 'bills' }, '账单问题')
  expect(events.removed).not.toHaveBeenCalled()
  expect(desk.threads.size).toBe(0)
})

test('offers a conversation to those who serve, with room first', async () => {
  const { desk } = await started()
  expect((await desk.team.transferTargets()).map((one) => one.name)).toEqual(['王芳', '赵磊', '孙浩'])
})

test('knows how many replies the channel still allows, from the conversation and from live rows', async () => {
  const { desk, api } = await started()
  api.claim.mockResolvedValueOnce({ ...whole('c-r1'), reply_quota: { left: 2, window_ends_at_ms: null, held: [] } })
  await desk.claim(waiting('r1'))
  expect(desk.open.value?.quota?.left).toBe(2)
  const reply_quota = { left: 0, window_ends_at_ms: null, held: [3] }
  FakeSocket.last.deliver({ type: 'conversation', conversation: { ...row('c-r1', { last_seq: 3 }), reply_quota } })
  expect(desk.open.value?.quota).toEqual(reply_quota)
})

test('a conversation that comes by itself is loaded and announced; one I claimed is not', async () => {
  const { desk, api, events } = await started()
  FakeSocket.last.deliver({ type: 'conversation', conversation: row('c-9', { last_seq: 2 }) })
  await vi.advanceTimersByTimeAsync(0)
  expect(events.assigned).toHaveBeenCalledExactlyOnceWith(desk.threads.get('c-9'), null)
  expect(desk.threads.get('c-9')?.messages).toHaveLength(2)

  api.claim.mockImplementationOnce((id: string) => {
    FakeSocket.last.deliver({ type: 'conversation', conversation: row(`c-${id}`) })
    return Promise.resolve(whole(`c-${id}`))
  })
  await desk.claim(waiting('r1'))
  FakeSocket.last.deliver({ type: 'conversation', conversation: row('c-r1', { last_seq: 2 }) })
  expect(events.assigned).toHaveBeenCalledOnce()
  expect(desk.open.value?.messages).toHaveLength(2)
})

test('who handed a conversation to me is named', async () => {
  const { desk, service, events } = await started()
  const transfers = [{ from_agent: '王芳', from_agent_id: 'a2', to: '李娜', why: '投诉', at_ms: 1 }]
  service.wholes.set('c-9', { ...whole('c-9'), request: handoffRequest({ transfers }) })
  FakeSocket.last.deliver({ type: 'conversation', conversation: row('c-9', { last_seq: 2 }) })
  await vi.advanceTimersByTimeAsync(0)
  expect(events.assigned).toHaveBeenCalledExactlyOnceWith(desk.threads.get('c-9'), '王芳')
})

test('what I served before the page was loaded is no news; what came while the connection was lost is', async () => {
  const { desk, service, events } = setUp()
  service.mine = [row('c-1')]
  desk.start()
  FakeSocket.last.accept()
  FakeSocket.last.deliver({ type: 'ready', agent, conversations: service.mine })
  FakeSocket.last.deliver({ type: 'conversation', conversation: row('c-1', { last_seq: 2 }) })
  await vi.advanceTimersByTimeAsync(0)
  expect(events.assigned).not.toHaveBeenCalled()
  FakeSocket.last.drop()
  await vi.advanceTimersByTimeAsync(1_000)
  FakeSocket.last.accept()
  service.mine = [row('c-1'), row('c-2')]
  FakeSocket.last.deliver({ type: 'ready', agent, conversations: service.mine })
  await vi.advanceTimersByTimeAsync(0)
  expect(events.assigned.mock.calls.map(([thread]) => (thread as Thread).id)).toEqual(['c-2'])
})

test('that the conversation of a colleague\'s ticket is not mine to hear is no problem to tell of', async () => {
  const { events } = await started()
  FakeSocket.last.deliver({ type: 'error', error: { code: 'not_your_conversation', message: '这个会话不由您接待' } })
  expect(events.problem).not.toHaveBeenCalled()
  FakeSocket.last.deliver({ type: 'error', error: { code: 'ticket_not_found', message: '没有找到这个工单' } })
  expect(events.problem).toHaveBeenCalledWith('没有找到这个工单')
})

test('the page of a ticket hears its conversation, with every connection anew, and nothing of it becomes mine', async () => {
  const { desk, api, service } = await started()
  const thread = new Thread(row('c-7'), api as unknown as AgentApi, 'a1')
  service.wholes.set('c-7', whole('c-7', 4))
  api.conversation.mockResolvedValueOnce(whole('c-7', 3))
  desk.ticket.open('t7', thread)
  expect(FakeSocket.last.sent.at(-1)).toEqual({ type: 'follow_ticket', ticket_id: 't7' })
  // The fourth was written between reading and following.
  FakeSocket.last.deliver({ type: 'conversation', conversation: row('c-7', { state: 'active', agent: '王芳', last_seq: 4 }) })
  await vi.advanceTimersByTimeAsync(0)
  FakeSocket.last.deliver({ type: 'message', conversation_id: 'c-7', message: message(5, '还没好', 'customer') })
  expect(thread.messages.map((one) => one.seq)).toEqual([1, 2, 3, 4, 5])
  expect(api.conversation).toHaveBeenCalledTimes(2)
  FakeSocket.last.drop()
  await vi.advanceTimersByTimeAsync(1_000)
  FakeSocket.last.accept()
  FakeSocket.last.deliver({ type: 'ready', agent, conversations: [] })
  expect(FakeSocket.last.sent.at(-1)).toEqual({ type: 'follow_ticket', ticket_id: 't7' })
  desk.ticket.close()
  expect(FakeSocket.last.sent.at(-1)).toEqual({ type: 'leave_ticket', ticket_id: 't7' })
  // A row that was on its way already.
  FakeSocket.last.deliver({ type: 'conversation', conversation: row('c-7', { state: 'active', agent: '王芳', last_seq: 6 }) })
  expect([desk.threads.size, desk.requests.value.length]).toEqual([0, 2])
})

test('after a reload the same conversation is open', async () => {
  const { desk } = await started()
  await desk.claim(waiting('r1'))
  desk.stop()
  const again = setUp()
  again.service.mine = [row('c-9', { last_seq: 5 }), row('c-r1', { last_seq: 2 })]
  again.desk.start()
  await vi.advanceTimersByTimeAsync(0)
  expect(again.desk.openId.value).toBe('c-r1')
  again.desk.show(null)
  again.desk.stop()
  const third = setUp()
  third.service.mine = [row('c-r1')]
  third.desk.start()
  await vi.advanceTimersByTimeAsync(0)
  expect(third.desk.openId.value).toBeNull()
})

test('while another page is shown nothing counts as read', async () => {
  const { desk } = await started()
  const mine = await desk.claim(waiting('r1'))
  desk.isShown.value = false
  FakeSocket.last.deliver({ type: 'message', conversation_id: 'c-r1', message: message(3, '在吗', 'customer') })
  desk.seen()
  expect(mine?.unread).toBe(1)
  desk.isShown.value = true
  desk.seen()
  expect(mine?.unread).toBe(0)
})

/** The connection is lost, and is back. */
async function reconnect(): Promise<void> {
  FakeSocket.last.drop()
  await vi.advanceTimersByTimeAsync(1_000)
  FakeSocket.last.accept()
  FakeSocket.last.deliver({ type: 'ready', agent, conversations: [] })
  await vi.advanceTimersByTimeAsync(0)
}

function reads(): unknown[] {
  return FakeSocket.last.sent.filter((frame) => (frame as { type: string }).type === 'read')
}

test('what customers wrote while there was no connection is unread, and told once', async () => {
  const { desk, service, api, events } = await started()
  service.mine = [row('c-1', { last_seq: 2 }), row('c-2', { last_seq: 2 })]
  await desk.refresh()
  expect(events.missed).not.toHaveBeenCalled()
  service.mine = [row('c-1', { last_seq: 5, unread: 2 }), row('c-2', { last_seq: 2 })]
  await reconnect()
  await desk.refresh()
  expect(desk.threads.get('c-1')?.unread).toBe(2)
  expect(events.missed.mock.calls.map(([threads]) => (threads as { id: string }[]).map((one) => one.id))).toEqual([['c-1']])
  expect(api.conversation).not.toHaveBeenCalled()
  expect(reads()).toEqual([])
})

test('what came in the gap and is looked at afterwards is told as read', async () => {
  const { desk, service } = await started()
  service.mine = [row('c-1', { last_seq: 2 })]
  service.wholes.set('c-1', whole('c-1', 2))
  await desk.refresh()
  desk.show('c-1')
  await vi.advanceTimersByTimeAsync(0)
  expect(reads()).toEqual([])
  service.mine = [row('c-1', { last_seq: 5, unread: 2 })]
  service.wholes.set('c-1', whole('c-1', 5))
  await reconnect()
  expect(reads()).toContainEqual({ type: 'read', conversation_id: 'c-1', seq: 5 })
  expect(desk.threads.get('c-1')?.unread).toBe(0)
})

test('after a lost connection only what is missing is read, three conversations at a time', async () => {
  const { desk, service, api } = await started()
  const ids = Array.from({ length: 10 }, (_, i) => `c-${String(i)}`)
  service.mine = ids.map((id) => row(id, { last_seq: 2 }))
  await desk.refresh()
  for (const id of ids) await desk.threads.get(id)?.refresh()
  api.conversation.mockClear()
  let [under, most] = [0, 0]
  const answer = api.conversation.getMockImplementation()
  api.conversation.mockImplementation(async (id, after) => {
    most = Math.max(most, ++under)
    await new Promise((resolve) => setTimeout(resolve, 10))
    under--
    return answer?.(id, after) ?? whole(id)
  })
  service.mine = ids.map((id, i) => row(id, { last_seq: i < 7 ? 4 : 2 }))
  for (const id of ids) service.wholes.set(id, whole(id, 4))
  await reconnect()
  await vi.advanceTimersByTimeAsync(200)
  expect(api.conversation.mock.calls).toEqual(ids.slice(0, 7).map((id) => [id, 2]))
  expect(most).toBe(3)
  expect(desk.threads.get('c-6')?.messages.map((one) => one.seq)).toEqual([1, 2, 3, 4])
})

test('a draft knows its articles after a look at another conversation and after a reload; closing empties the drawer', async () => {
  const { desk, service } = await started()
  service.mine = [row('c-r1', { last_seq: 2 })]
  await desk.claim(waiting('r1'))
  const article = { article_id: 'a', title: '漫游', text: '先开通', question: '', links: [], score: 0.9, unchecked: [], human_only: false }
  desk.open.value?.used.add(article)
  desk.show(null)
  desk.stop()

  const again = setUp()
  again.service.mine = service.mine
  again.desk.start()
  await vi.advanceTimersByTimeAsync(0)
  const thread = again.desk.threads.get('c-r1')
  expect(thread?.used.take('先开通')).toEqual([{ article_id: 'a', title: '漫游', edited: false }])
  if (!thread) throw new Error('not mine')
  thread.drawer.text('note').value = '等主管回复'
  await again.desk.close(thread, { disposition: 'answered', resolved: true })
  expect(Object.keys(localStorage).filter((key) => key.includes('c-r1'))).toEqual([])
})

test('a change of names or of my groups is followed without a reload', async () => {
  const { desk } = await started()
  const reference = { ...desk.reference.value, skill_groups: [{ id: 'bills', name: '话费组' }] }
  FakeSocket.last.deliver({ type: 'reference', reference })
  expect(desk.reference.value.skill_groups).toEqual([{ id: 'bills', name: '话费组' }])
  FakeSocket.last.deliver({ type: 'agent', agent: { ...agent, skill_groups: ['network'], capacity: 3 } })
  expect(desk.agent.value).toEqual({ ...agent, skill_groups: ['network'], capacity: 3 })
})

test('names that could not be read at the start are read with the next connection', async () => {
  const { api, desk, events } = setUp()
  api.reference.mockRejectedValueOnce(new ApiError(503, { code: 'storage_unavailable', message: '稍后' }))
  desk.start()
  await vi.advanceTimersByTimeAsync(0)
  expect(events.problem).toHaveBeenCalledWith('稍后')
  expect(desk.reference.value.time_zone).toBe('')
  FakeSocket.last.accept()
  FakeSocket.last.deliver({ type: 'ready', agent, conversations: [] })
  await vi.advanceTimersByTimeAsync(0)
  expect(desk.reference.value.time_zone).toBe('Asia/Shanghai')
})

test('says that earlier messages are away, and puts them in front when they can be read', async () => {
  const { service, api } = setUp()
  const all = whole('c9', 6)
  service.wholes.set('c9', { ...all, messages: all.messages.slice(3), earlier_missing: true })
  const thread = new Thread(row('c9', { last_seq: 6 }), api as unknown as AgentApi, 'a1')
  await thread.refresh()
  expect([thread.earlierMissing, thread.messages.map((one) => one.seq)]).toEqual([true, [4, 5, 6]])
  // Read again for what is new: the gap in front stays.
  service.wholes.set('c9', { ...whole('c9', 7), messages: whole('c9', 7).messages.slice(3) })
  await thread.refresh()
  expect([thread.earlierMissing, thread.messages.length]).toEqual([true, 4])
  api.conversation.mockRejectedValueOnce(new ApiError(503, { code: 'storage_unavailable', message: '' }))
  await thread.fetchEarlier()
  expect(thread.earlierMissing).toBe(true)
  service.wholes.set('c9', whole('c9', 7))
  await thread.fetchEarlier()
  expect([thread.earlierMissing, thread.messages.map((one) => one.seq)]).toEqual([false, [1, 2, 3, 4, 5, 6, 7]])
  thread.stop()
})
