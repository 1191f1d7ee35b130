import { expect, test, vi } from 'vitest'
import type { Message } from '../shared/contract'
import { FakeSocket, MemoryStorage } from '../shared/testing'
import { FakeService } from './fakeService'
import { RECENT_MESSAGES } from './history'
import { MOST_KEPT_BYTES } from '../shared/keptFiles'
import { beginAfresh, newClient, settle } from './testing'

beginAfresh()

function setUp({ service = new FakeService(), storage = new MemoryStorage(), identityToken = null as string | null } = {}) {
  const arrived: Message[] = []
  const onIdentityRefused = vi.fn()
  const client = newClient({ identityToken, storage, fetch: service.fetch, onArrival: (messages) => arrived.push(...messages), onIdentityRefused })
  const texts = () => [...client.state.messages, ...client.state.pending].map((one) => one.text)
  return { service, storage, client, arrived, onIdentityRefused, texts }
}

test('begins a conversation, sends, and shows answer and own text once', async () => {
  const { service, client, texts } = setUp()
  client.start()
  await settle()
  service.connect()
  expect(FakeSocket.last.url).toBe('wss://service.example/api/v1/conversation/stream')
  expect(client.state.connection).toBe('online')
  client.send('查话费')
  expect(texts()).toEqual(['查话费'])
  await settle()
  expect(client.state.typing).toBe('bot')
  expect(texts()).toEqual(['查话费'])
  FakeSocket.last.deliver({ type: 'message', message: service.messages[0] })
  FakeSocket.last.deliver({ type: 'message', message: service.say('余额 20 元') })
  expect(texts()).toEqual(['查话费', '余额 20 元'])
  expect(client.state.typing).toBeNull()
})

test('a gap in the live messages is fetched and nothing is shown out of order', async () => {
  const { service, client, texts } = setUp()
  client.start()
  await settle()
  service.connect()
  service.say('一')
  service.say('二')
  FakeSocket.last.deliver({ type: 'message', message: service.say('三') })
  expect(texts()).toEqual([])
  await settle()
  expect(texts()).toEqual(['一', '二', '三'])
})

test('after a lost connection it resumes by number, misses nothing and shows nothing twice', async () => {
  const { service, client, texts, arrived } = setUp()
  client.start()
  await settle()
  service.connect()
  FakeSocket.last.deliver({ type: 'message', message: service.say('一') })
  service.down = true
  FakeSocket.last.drop()
  await settle()
  expect(client.state.connection).toBe('offline')
  service.say('二')
  service.down = false
  await vi.advanceTimersByTimeAsync(1_000)
  service.connect()
  expect(FakeSocket.last.sent[0]).toMatchObject({ type: 'auth', after: 1 })
  FakeSocket.last.deliver({ type: 'message', message: service.messages[1] })
  expect(texts()).toEqual(['一', '二'])
  expect(arrived.map((one) => one.text)).toEqual(['一', '二'])
})

test('where WebSockets are blocked, messages still come with every attempt', async () => {
  const { service, client, texts } = setUp()
  client.start()
  await settle()
  client.send('在吗')
  await settle()
  service.say('在的')
  FakeSocket.last.drop()
  await settle()
  expect(texts()).toEqual(['在吗', '在的'])
})

test('what was written offline survives a reload and is sent once', async () => {
  const service = new FakeService()
  const storage = new MemoryStorage()
  const before = setUp({ service, storage })
  before.client.start()
  await settle()
  service.connect()
  service.down = true
  FakeSocket.last.drop()
  before.client.send('断网时写的')
  await vi.advanceTimersByTimeAsync(5_000)
  before.client.stop()

  const after = setUp({ service, storage })
  expect(after.client.hasSession).toBe(true)
  expect(after.texts()).toEqual(['断网时写的'])
  after.client.start()
  await vi.advanceTimersByTimeAsync(2_000)
  service.down = false
  await vi.advanceTimersByTimeAsync(60_000)
  expect(service.messages.map((one) => one.text)).toEqual(['断网时写的'])
  expect(after.texts()).toEqual(['断网时写的'])
  expect(service.visits).toHaveLength(1)
})

test('a reload brings back the recent messages, and earlier ones on request', async () => {
  const service = new FakeService()
  const storage = new MemoryStorage()
  const first = setUp({ service, storage })
  first.client.start()
  await settle()
  first.client.stop()
  for (let i = 1; i <= 130; i++) service.say(`消息 ${String(i)}`)

  const { client, arrived } = setUp({ service, storage })
  client.start()
  await settle()
  service.connect()
  expect(client.state.messages).toHaveLength(RECENT_MESSAGES)
  expect(client.state.messages.at(-1)?.text).toBe('消息 130')
  expect(arrived).toEqual([])
  await client.loadEarlier()
  await client.loadEarlier()
  expect(client.state.messages.map((one) => one.seq)).toEqual(Array.from({ length: 130 }, (_, i) => i + 1))
  expect(client.state.hasEarlier).toBe(false)
})

test('a token the service no longer knows gives a new conversation, with the unsent text', async () => {
  const service = new FakeService()
  const storage = new MemoryStorage()
  const { client } = setUp({ service, storage })
  client.start()
  await settle()
  service.connect()
  service.tokens.clear()
  service.messages = []
  client.send('还在吗')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(service.visits).toHaveLength(2)
  expect(service.messages.map((one) => one.text)).toEqual(['还在吗'])
})

test('a short outage while opening does not throw the session away', async () => {
  const service = new FakeService()
  const storage = new MemoryStorage()
  const first = setUp({ service, storage })
  first.client.start()
  await settle()
  first.client.stop()
  service.down = true
  const { client } = setUp({ service, storage })
  client.start()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(client.state.connection).toBe('offline')
  service.down = false
  for (let i = 0; i < 600 && client.state.connection !== 'online'; i++) {
    await vi.advanceTimersByTimeAsync(100)
    if (FakeSocket.opened.length > 1) service.connect()
  }
  expect(client.state.connection).toBe('online')
  expect(service.visits).toHaveLength(1)
})

test('two customers of one browser do not share a conversation', async () => {
  const service = new FakeService()
  const storage = new MemoryStorage()
  const token = (sub: string) => `x.${btoa(JSON.stringify({ sub }))}.x`
  for (const identityToken of [null, token('C1'), token('C2'), token('C1')]) {
    const { client } = setUp({ service, storage, identityToken })
    client.start()
    await settle()
    client.stop()
  }
  expect(service.visits).toEqual([
    { channel: 'web' },
    { channel: 'web', identity_token: token('C1') },
    { channel: 'web', identity_token: token('C2') },
  ])
})

test('a refused identity is said and reported to the page', async () => {
  const service = new FakeService()
  service.refuseIdentity = true
  const { client, onIdentityRefused } = setUp({ service, identityToken: 'a.b.c' })
  client.start()
  await settle()
  expect(client.state.problem).toBe('身份信息已过期')
  expect(onIdentityRefused).toHaveBeenCalledOnce()
})

test('a button sends its title with its payload', async () => {
  const { service, client } = setUp()
  client.start()
  await settle()
  client.send('查账单', { payload: '/query_bill' })
  await settle()
  expect(service.posts).toEqual([{ text: '查账单', payload: '/query_bill', client_message_id: expect.any(String) as string }])
})

test('typing is told to an agent only, and not on every key', async () => {
  const { service, client } = setUp()
  client.start()
  await settle()
  service.connect()
  client.tellTyping()
  FakeSocket.last.deliver({ type: 'conversation', conversation: { ...service.view, state: 'active', agent: { name: '李娜' } } })
  client.tellTyping()
  client.tellTyping()
  expect(FakeSocket.last.sent.filter((frame) => frame.type === 'typing')).toHaveLength(1)
})

test('a file chosen without a network is uploaded once, with its message, when the network is back', async () => {
  const { service, client } = setUp()
  client.start()
  await settle()
  service.connect()
  await settle()
  service.down = true
  const picture = new File(['png'], '账单.png', { type: 'image/png' })
  await expect(client.upload(picture)).rejects.toMatchObject({ status: 0 })
  const waiting = client.outbox.files.keep(picture)
  if (waiting === null) throw new Error('there is room for it')
  client.send('', { files: [waiting] })
  client.send('帮我看看')
  await settle()
  expect(client.state.pending.map((one) => [one.text, one.status])).toEqual([['[图片]', 'waiting'], ['帮我看看', 'waiting']])

  service.down = false
  client.hurry()
  await vi.advanceTimersByTimeAsync(100)
  expect(service.uploads.map((one) => one.name)).toEqual(['账单.png'])
  expect(service.posts).toMatchObject([{ text: '', attachments: ['f1'] }, { text: '帮我看看' }])
})

test('a file that the browser has lost fails its message and holds up nobody else', async () => {
  const { service, client } = setUp()
  client.start()
  await settle()
  service.connect()
  await settle()
  client.send('看图', { files: [{ key: 'gone', name: 'a.png', content_type: 'image/png', size_bytes: 3 }] })
  client.send('还在吗')
  await vi.advanceTimersByTimeAsync(100)
  expect(client.state.pending).toMatchObject([{ text: '看图', status: 'failed', error: '没有了' }, { text: '还在吗', status: 'sent' }])
  expect(service.posts).toMatchObject([{ text: '还在吗' }])
})

test('no more files wait than the browser should hold, and room is free again when they are dropped', () => {
  const { client } = setUp()
  const file = (size: number) => ({ name: 'a.zip', type: 'application/zip', size }) as File
  const first = client.outbox.files.keep(file(MOST_KEPT_BYTES - 10))
  expect(first).not.toBeNull()
  expect(client.outbox.files.keep(file(11))).toBeNull()
  client.outbox.files.drop(first ? [first] : [])
  expect(client.outbox.files.keep(file(11))).not.toBeNull()
})

test('a known customer whose token ended is given the same conversation back, which is not called another one', async () => {
  const { service, client } = setUp({ identityToken: 'a.b.c' })
  client.start()
  await settle()
  service.say('您好')
  service.tokens.clear()
  FakeSocket.last.drop(4401)
  await settle()
  expect(client.state.messages).toHaveLength(1)
  expect(client.state.isRenewed).toBe(false)
})

test('what was pressed in a conversation that has ended counts for nothing in the next', async () => {
  const { service, client } = setUp()
  service.say('您好')
  client.start()
  await settle()
  client.send('查账单', { payload: '/bill', offer: 'of-before' })
  await settle()
  service.tokens.clear()
  service.messages = []
  FakeSocket.last.drop(4401)
  await settle()
  expect(client.state.isRenewed).toBe(true)
  service.connect()
  const offer = service.say('是这个吗', 'bot', { buttons: [{ title: '查账单', payload: '/bill' }] })
  // Typed, and of the number that the press had.
  for (const said of [offer, service.say('查账单', 'customer')]) FakeSocket.last.deliver({ type: 'message', message: said })
  expect(Object.fromEntries(client.state.chosen)).toEqual({ [offer.id]: '/bill' })
})

test('a conversation that is loaded after its page has turned away says nothing of what is unread', async () => {
  const service = new FakeService()
  const storage = new MemoryStorage()
  const first = newClient({ storage, fetch: service.fetch })
  first.start()
  await settle()
  first.stop()
  service.say('在吗')
  const onReturn = vi.fn()
  const again = newClient({ storage, fetch: service.fetch, onReturn })
  again.start()
  again.stop()
  await settle()
  expect(onReturn).not.toHaveBeenCalled()
})

test('what is still on its way when the conversation is stopped is no news', async () => {
  const { service, client, arrived } = setUp()
  client.start()
  await settle()
  service.connect()
  service.say('一')
  FakeSocket.last.deliver({ type: 'message', message: service.say('二') })
  client.stop()
  await settle()
  expect(client.state.messages).toHaveLength(2)
  expect(arrived).toEqual([])
})
