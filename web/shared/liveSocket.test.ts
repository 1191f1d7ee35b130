import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LiveSocket, OPENING_LIMIT_MS, PING_EVERY_MS, SILENCE_LIMIT_MS, type SocketState } from './liveSocket'
import { FakeSocket } from './testing'

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.opened = []
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp() {
  const states: SocketState[] = []
  const frames: { type: string }[] = []
  const refused = vi.fn()
  let after = 0
  const socket = new LiveSocket<{ type: string }, { type: string; after?: number }>({
    url: () => 'ws://service/stream',
    hello: () => ({ type: 'auth', after: after++ }),
    onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state),
    onRefused: refused,
    createSocket: (url) => new FakeSocket(url),
  })
  socket.start()
  return { socket, states, frames, refused }
}

test('is open from the first frame of the service on', () => {
  const { states, frames, socket } = setUp()
  FakeSocket.last.accept()
  expect(FakeSocket.last.sent).toEqual([{ type: 'auth', after: 0 }])
  expect(socket.send({ type: 'typing' })).toBe(false)
  FakeSocket.last.deliver({ type: 'ready' })
  expect(states).toEqual(['connecting', 'open'])
  expect(frames).toEqual([{ type: 'ready' }])
  expect(socket.send({ type: 'typing' })).toBe(true)
})

test('comes back with a new hello after a loss', () => {
  const { states } = setUp()
  FakeSocket.last.accept()
  FakeSocket.last.deliver({ type: 'ready' })
  FakeSocket.last.drop()
  vi.advanceTimersByTime(600)
  FakeSocket.last.accept()
  expect(FakeSocket.opened).toHaveLength(2)
  expect(FakeSocket.last.sent).toEqual([{ type: 'auth', after: 1 }])
  expect(states).toEqual(['connecting', 'open', 'waiting', 'connecting'])
})

test('waits longer and longer while the service is away', () => {
  setUp()
  const attempts: number[] = []
  for (let i = 0; i < 8; i++) {
    const before = FakeSocket.opened.length
    FakeSocket.last.drop()
    let waited = 0
    while (FakeSocket.opened.length === before) {
      vi.advanceTimersByTime(50)
      waited += 50
    }
    attempts.push(waited)
  }
  expect(attempts.at(-1)).toBeGreaterThan(10_000)
  expect(Math.max(...attempts)).toBeLessThanOrEqual(30_050)
})

test('a connection that has gone silent is given up', () => {
  setUp()
  FakeSocket.last.accept()
  FakeSocket.last.deliver({ type: 'ready' })
  vi.advanceTimersByTime(PING_EVERY_MS)
  expect(FakeSocket.last.sent.at(-1)).toEqual({ type: 'ping' })
  vi.advanceTimersByTime(SILENCE_LIMIT_MS + PING_EVERY_MS + 1_000)
  expect(FakeSocket.opened.length).toBeGreaterThan(1)
})

test('an answered ping keeps it', () => {
  setUp()
  FakeSocket.last.accept()
  FakeSocket.last.deliver({ type: 'ready' })
  for (let i = 0; i < 10; i++) {
    vi.advanceTimersByTime(PING_EVERY_MS)
    FakeSocket.last.deliver({ type: 'pong' })
  }
  expect(FakeSocket.opened).toHaveLength(1)
})

test('an attempt that nobody answers is given up', () => {
  setUp()
  FakeSocket.last.accept()
  vi.advanceTimersByTime(OPENING_LIMIT_MS + 1_000)
  expect(FakeSocket.opened).toHaveLength(2)
})

test('says when the token is refused', () => {
  const { refused, socket } = setUp()
  FakeSocket.last.accept()
  FakeSocket.last.drop(4401)
  expect(refused).toHaveBeenCalledOnce()
  socket.stop()
  vi.advanceTimersByTime(60_000)
  expect(FakeSocket.opened).toHaveLength(1)
})

test('hurry does not wait out the back-off, and frames of an old connection are ignored', () => {
  const { socket, frames } = setUp()
  const old = FakeSocket.last
  const listener = old.onmessage
  old.drop()
  socket.hurry()
  expect(FakeSocket.opened).toHaveLength(2)
  listener?.({ data: '{"type":"message"}' })
  expect(frames).toEqual([])
})

test('looked at again after a long sleep, it does not trust a silent connection; so when the clock was set back', () => {
  for (const jump_ms of [SILENCE_LIMIT_MS + 1_000, -86_400_000]) {
    const { socket } = setUp()
    FakeSocket.last.accept()
    FakeSocket.last.deliver({ type: 'ready' })
    vi.setSystemTime(Date.now() + jump_ms)
    socket.hurry()
    expect(socket.state).toBe('connecting')
    expect(FakeSocket.opened).toHaveLength(2)
    socket.stop()
    FakeSocket.opened = []
  }
})
