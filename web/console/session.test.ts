import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AgentApi } from './api'
import { enter, keepFresh, leave, renew, session, type Session } from './session'

const agent = { id: 'a1', username: 'lin' } as Session['agent']
const hour_ms = 3_600_000
let count = 0

function tokens(): Session {
  count += 1
  return { token: `t${String(count)}`, expires_at_ms: Date.now() + 60_000, refresh_token: `r${String(count)}`, refresh_expires_at_ms: Date.now() + hour_ms, agent }
}

const fetched = vi.fn<(input: string, init?: RequestInit) => Promise<Response>>()

beforeEach(() => {
  count = 0
  fetched.mockReset()
  fetched.mockImplementation(() => Promise.resolve(Response.json(tokens())))
  vi.stubGlobal('fetch', fetched)
  enter(tokens())
})
afterEach(() => {
  leave()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('two calls that find the token over use the refresh token once', async () => {
  expect(await Promise.all([renew('t1', ''), renew('t1', '')])).toEqual(['t2', 't2'])
  expect(fetched).toHaveBeenCalledTimes(1)
  expect(session.value?.refresh_token).toBe('r2')
})

test('a session that is over is told from a service that is away', async () => {
  fetched.mockImplementationOnce(() => Promise.reject(new Error('down')))
  await expect(renew('t1', 'away')).rejects.toThrow('away')
  expect(session.value?.token).toBe('t1')
  fetched.mockImplementationOnce(() => Promise.resolve(new Response('', { status: 401 })))
  expect(await renew('t1', '')).toBeNull()
})

test('the token is refreshed before it ends', async () => {
  vi.useFakeTimers()
  const stop = keepFresh('')
  await vi.advanceTimersByTimeAsync(25_000)
  stop()
  expect(session.value?.token).toBe('t2')
})

test('a call that is refused is made again with a new token, and the session goes on', async () => {
  const expired = vi.fn()
  const api = new AgentApi(fetched, '', () => session.value?.token ?? null, expired, (used) => renew(used, ''))
  const used: (string | null)[] = []
  fetched.mockImplementation((input, init) => {
    if (input.endsWith('/refresh')) return Promise.resolve(Response.json(tokens()))
    const given = new Headers(init?.headers).get('Authorization')
    used.push(given)
    return Promise.resolve(given === 'Bearer t2' ? Response.json(agent) : new Response('', { status: 401 }))
  })
  expect(await api.me()).toEqual(agent)
  expect(used).toEqual(['Bearer t1', 'Bearer t2'])
  expect(expired).not.toHaveBeenCalled()
})
