import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Courier, lettersToShow, type Letter } from './courier'
import { ApiError } from './http'
import { MessageLog } from './messageLog'
import { MemoryStorage, message } from './testing'

const offline = () => new ApiError(0, { code: 'network', message: '断网' })

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp(storage = new MemoryStorage()) {
  const service = { down: false, stored: new Map<string, number>(), calls: [] as Letter[] }
  const deliver = (letter: Letter) => {
    service.calls.push(letter)
    if (service.down) return Promise.reject(offline())
    if (letter.text.includes('太长')) return Promise.reject(new ApiError(413, { code: 'too_long', message: '太长了' }))
    const known = service.stored.get(letter.client_message_id)
    const seq = known ?? service.stored.size + 1
    service.stored.set(letter.client_message_id, seq)
    return Promise.resolve({ seq, duplicate: known !== undefined })
  }
  const courier = new Courier({ storageKey: 'k', storage, deliver, onChange: () => undefined })
  courier.start()
  return { service, storage, courier, deliver }
}

test('sends in order, one after the other', async () => {
  const { courier, service } = setUp()
  courier.post('一', 0)
  courier.post('二', 0)
  courier.post('三', 0)
  await vi.advanceTimersByTimeAsync(0)
  expect(service.calls.map((letter) => letter.text)).toEqual(['一', '二', '三'])
  expect(courier.letters.map((letter) => [letter.status, letter.seq])).toEqual([['sent', 1], ['sent', 2], ['sent', 3]])
})

test('keeps letters while offline, tries again by itself, and each is stored once', async () => {
  const { courier, service, storage } = setUp()
  service.down = true
  courier.post('在吗', 0)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(service.calls.length).toBeGreaterThan(1)
  expect(new Set(service.calls.map((letter) => letter.client_message_id)).size).toBe(1)
  expect(storage.length).toBe(1)
  service.down = false
  await vi.advanceTimersByTimeAsync(30_000)
  expect([...service.stored.values()]).toEqual([1])
  expect(storage.length).toBe(0)
})

test('after a reload the kept letter goes out with the same id', async () => {
  const storage = new MemoryStorage()
  const before = setUp(storage)
  before.service.down = true
  before.courier.post('刷新前写的', 3)
  await vi.advanceTimersByTimeAsync(100)
  before.courier.stop()
  const after = setUp(storage)
  await vi.advanceTimersByTimeAsync(0)
  expect(after.service.calls).toHaveLength(1)
  expect(after.service.calls[0]).toEqual(before.service.calls[0])
})

test('an answer that was lost on the way does not store the text twice', async () => {
  const storage = new MemoryStorage()
  const { courier, service } = setUp(storage)
  const real = service.stored
  let lose = true
  const flaky = new Courier({
    storageKey: 'flaky',
    storage,
    onChange: () => undefined,
    deliver: (letter) => {
      const known = real.get(letter.client_message_id)
      const seq = known ?? real.size + 1
      real.set(letter.client_message_id, seq)
      if (lose) {
        lose = false
        return Promise.reject(offline())
      }
      return Promise.resolve({ seq, duplicate: known !== undefined })
    },
  })
  flaky.start()
  flaky.post('一次', 0)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(real.size).toBe(1)
  expect(flaky.letters.map((letter) => letter.seq)).toEqual([1])
  courier.stop()
})

test('a refused letter is shown with its reason and does not hold up the next', async () => {
  const { courier, service } = setUp()
  const refused = courier.post('太长…', 0)
  courier.post('短', 0)
  await vi.advanceTimersByTimeAsync(0)
  expect(courier.letters.map((letter) => [letter.status, letter.error])).toEqual([['failed', '太长了'], ['sent', null]])
  courier.discard(refused.client_message_id)
  expect(courier.letters.map((letter) => letter.text)).toEqual(['短'])
  expect(service.stored.size).toBe(1)
})

test('works without storage', async () => {
  const sent: string[] = []
  const deliver = (letter: Letter) => Promise.resolve({ seq: sent.push(letter.text), duplicate: false })
  const courier = new Courier({ storageKey: 'k', storage: null, deliver, onChange: () => undefined })
  courier.start()
  courier.post('你好', 0)
  await vi.advanceTimersByTimeAsync(0)
  expect(sent).toEqual(['你好'])
})

test('a broken entry in the storage is passed over', () => {
  const storage = new MemoryStorage()
  storage.setItem('k:1', '{')
  storage.setItem('k:2', 'null')
  storage.setItem('other:3', '{"client_message_id":"3","text":"不是我的"}')
  expect(setUp(storage).courier.letters).toEqual([])
})

test('a letter whose echo is already in the log is not shown a second time', () => {
  const log = new MessageLog<ReturnType<typeof message>>()
  log.add([message(1, '在吗', 'customer'), message(2, '在吗', 'customer')])
  const letter = { client_message_id: 'a', text: '在吗', written_at_ms: 0, after_seq: 1, status: 'sending', seq: null, error: null } as const
  expect(lettersToShow([letter], log, 'customer')).toEqual([])
  const second = { ...letter, client_message_id: 'b' }
  expect(lettersToShow([letter, second], log, 'customer')).toEqual([second])
  const later = { ...letter, after_seq: 2 }
  expect(lettersToShow([later], log, 'customer')).toEqual([later])
})

test('of two tabs that find the same letter one sends it, and neither shows it as failed', async () => {
  const storage = new MemoryStorage()
  const before = setUp(storage)
  before.service.down = true
  before.courier.post('两个窗口', 0)
  await vi.advanceTimersByTimeAsync(0)
  before.courier.stop()
  let isKept = true
  let uploads = 0
  const tab = () =>
    new Courier({
      storageKey: 'k',
      storage,
      deliver: async () => {
        if (!isKept) throw new ApiError(410, { code: 'file_gone', message: '没有这个文件了' })
        uploads++
        await new Promise((resolve) => setTimeout(resolve, 10))
        return { seq: 1, duplicate: false }
      },
      onDone: () => (isKept = false),
      onChange: () => undefined,
    })
  const [one, other] = [tab(), tab()]
  one.start()
  other.start()
  await vi.advanceTimersByTimeAsync(100)
  expect(uploads).toBe(1)
  expect(one.letters.map((letter) => letter.status)).toEqual(['sent'])
  expect(other.letters).toEqual([])
})
