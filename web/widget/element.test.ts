import { expect, test, vi } from 'vitest'
import { FakeSocket } from '../shared/testing'
import { beginAfresh, mount, mountOpen, receive, service, settle } from './testing'

beginAfresh()

async function type(input: HTMLElement, text: string, key: KeyboardEventInit) {
  const field = input as HTMLTextAreaElement
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
  field.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...key }))
  await settle()
}

test('asks the service nothing until the customer opens it', async () => {
  const { one, all } = await mount()
  expect(service.visits).toEqual([])
  expect(one('xq-panel').hidden).toBe(true)
  one('xq-launcher').click()
  await settle()
  expect(service.visits).toHaveLength(1)
  expect(one('xq-panel').hidden).toBe(false)
  expect(all('xq-intro')).toHaveLength(1)
})

const ATTACKS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '"><svg onload=alert(1)>',
  '{{constructor.constructor("alert(1)")()}}',
]

test.each(ATTACKS)('shows %s as text, whoever wrote it', async (attack) => {
  const { one, all } = await mountOpen()
  await receive(service.say(attack, 'customer'))
  await receive(
    service.say(attack, 'agent', {
      sender_name: attack,
      buttons: [{ title: attack, payload: '/x' }],
      links: [{ title: attack, url: 'javascript:alert(1)' }, { title: attack, url: 'https://a.cn/' }],
      outcome: { kind: 'answer', article_title: attack },
    }),
  )
  const messages = all('xq-message')
  expect(messages.map((row) => row.querySelector('.text')?.textContent)).toEqual([attack, attack])
  expect(one('xq-button').textContent).toBe(attack)
  const panel = one('xq-panel')
  expect(panel.querySelectorAll('script, img, svg[onload], [onerror]')).toHaveLength(0)
  expect([...panel.querySelectorAll('a')].map((anchor) => anchor.getAttribute('href'))).toEqual(['https://a.cn/'])
})

test('marks who is speaking', async () => {
  const { all } = await mountOpen()
  await receive(service.say('您好', 'bot'))
  await receive(service.say('我来帮您', 'agent', { sender_name: '李娜' }))
  await receive(service.say('坐席已接入', 'system'))
  expect(all('xq-message').map((row) => [row.dataset.sender, row.dataset.seq, row.querySelector('.who b')?.textContent])).toEqual([
    ['bot', '1', '机器人小桥'],
    ['agent', '2', '坐席 李娜'],
    ['system', '3', '系统'],
  ])
})

test('Enter sends; Shift+Enter and the Enter of an input method do not', async () => {
  const { one } = await mountOpen()
  const input = one('xq-input')
  await type(input, 'hua fei', { key: 'Enter', isComposing: true })
  await type(input, '第一行', { key: 'Enter', shiftKey: true })
  await type(input, '   ', { key: 'Enter' })
  expect(service.posts).toEqual([])
  await type(input, ' 查话费 ', { key: 'Enter' })
  expect(service.posts.map((post) => post.text)).toEqual(['查话费'])
  expect((input as HTMLTextAreaElement).value).toBe('')
})

test('buttons serve once, and after a reload they still know it', async () => {
  const first = await mountOpen()
  await receive(service.say('您是不是想问', 'bot', { buttons: [{ title: '查账单', payload: '/bill' }, { title: '查余额', payload: '/balance' }] }))
  first.all('xq-button')[1]?.click()
  await settle()
  first.all('xq-button')[0]?.click()
  await settle()
  expect(service.posts.map((post) => [post.text, post.payload])).toEqual([['查余额', '/balance']])
  document.body.replaceChildren()
  const again = await mountOpen()
  expect(again.all('xq-button').map((button) => (button as HTMLButtonElement).disabled)).toEqual([true, true])
})

test('shows the place in the queue and lets the customer leave it', async () => {
  const { one } = await mountOpen()
  const queued = { ...service.view, state: 'queued', queue: { position: 3, estimated_wait_s: 240, agents_online: 2 } }
  FakeSocket.last.deliver({ type: 'conversation', conversation: queued })
  await settle()
  expect(one('xq-queue').hidden).toBe(false)
  expect(one('xq-queue').textContent).toContain('前面还有 2 位客户 · 预计等待约 4 分钟')
  expect((one('xq-transfer') as HTMLButtonElement).disabled).toBe(true)
  FakeSocket.last.deliver({ type: 'conversation', conversation: { ...queued, queue: { position: 1, estimated_wait_s: null, agents_online: 0 } } })
  await settle()
  expect(one('xq-queue').textContent).toContain('没有坐席在线')
  FakeSocket.last.deliver({ type: 'conversation', conversation: service.view })
  await settle()
  expect(one('xq-queue').hidden).toBe(true)
})

test('转人工 is always there and asks for a person in plain words', async () => {
  const { one } = await mountOpen()
  one('xq-transfer').click()
  await settle()
  expect(service.posts.map((post) => [post.text, post.payload])).toEqual([['转人工', undefined]])
})

test('counts unread messages while folded up and tells the page', async () => {
  const { chat, one } = await mountOpen()
  const counts: unknown[] = []
  chat.addEventListener('xiaoqiao-unread', (event) => counts.push((event as CustomEvent<{ count: number }>).detail.count))
  chat.close()
  await receive(service.say('在吗', 'agent'))
  await receive(service.say('我写的', 'customer'))
  await receive(service.say('还在吗', 'agent'))
  expect(one('xq-unread').textContent).toBe('2')
  chat.open()
  expect(one('xq-unread').hidden).toBe(true)
  expect(counts).toEqual([1, 2, 0])
})

test('the draft survives a reload', async () => {
  const first = await mountOpen()
  await type(first.one('xq-input'), '写了一半', { key: 'x' })
  document.body.replaceChildren()
  const again = await mountOpen()
  expect((again.one('xq-input') as HTMLTextAreaElement).value).toBe('写了一半')
})

test('what came while the page was closed is unread on return, what was seen is not', async () => {
  const before = await mountOpen()
  await receive(service.say('一', 'agent'))
  before.chat.close()
  document.body.replaceChildren()
  service.customerRead = 1
  service.say('二', 'agent')
  service.say('三', 'agent')
  const { chat, one } = await mount()
  expect(one('xq-unread').textContent).toBe('2')
  service.connect()
  chat.open()
  await settle()
  expect(one('xq-unread').hidden).toBe(true)
  expect(FakeSocket.last.sent).toContainEqual({ type: 'read', seq: 3 })
})

test('brand colour and theme come from attributes, and text on the brand stays readable', async () => {
  const { chat, one } = await mountOpen({ 'brand-color': '#ffd400', theme: 'dark' })
  expect(one('xq-panel').style.getPropertyValue('--brand')).toBe('#ffd400')
  expect(one('xq-panel').style.getPropertyValue('--on-brand')).toBe('#14161a')
  expect(one('xq-panel').dataset.theme).toBe('dark')
  chat.setAttribute('brand-color', 'url(javascript:1)')
  expect(one('xq-panel').style.getPropertyValue('--brand')).toBe('#ffd400')
  chat.removeAttribute('brand-color')
  expect(one('xq-panel').style.cssText).toBe('')
})

test('English when asked for', async () => {
  const { one } = await mountOpen({ lang: 'en' })
  expect(one('xq-transfer').textContent).toBe('Talk to a person')
})

test('voice input only where the page wants it and the browser has it; what is heard is not sent by itself', async () => {
  const without = await mountOpen({ 'voice-input': '' })
  expect(without.one('xq-voice').hidden).toBe(true)
  document.body.replaceChildren()

  const heard = stubSpeech()
  const { one } = await mountOpen({ 'voice-input': '' })
  one('xq-voice').click()
  expect(one('xq-voice').getAttribute('aria-pressed')).toBe('true')
  heard.onresult?.({ results: [[{ transcript: '我的话费' }], [{ transcript: '怎么这么多' }]] })
  heard.onend?.()
  expect((one('xq-input') as HTMLTextAreaElement).value).toBe('我的话费怎么这么多')
  expect(one('xq-voice').getAttribute('aria-pressed')).toBe('false')
  expect(service.posts).toEqual([])
})

/** The browser's speech recognition, whose last result comes after it was told to stop, as Chrome's does. */
function stubSpeech(start = (): void => undefined) {
  const heard: { onresult?: (event: object) => void; onerror?: (event: object) => void; onend?: () => void; aborted?: boolean } = {}
  vi.stubGlobal(
    'SpeechRecognition',
    class {
      start() {
        start()
        Object.assign(heard, this)
      }
      stop() {
        heard.onresult?.({ results: [[{ transcript: '我的话费' }]] })
        heard.onend?.()
      }
      abort() {
        heard.aborted = true
        heard.onresult?.({ results: [[{ transcript: '我的话费' }]] })
        heard.onend?.()
      }
    },
  )
  return heard
}

test('what is sent while listening does not come back into the box', async () => {
  const heard = stubSpeech()
  const { one, chat } = await mountOpen({ 'voice-input': '' })
  const input = one('xq-input') as HTMLTextAreaElement
  one('xq-voice').click()
  heard.onresult?.({ results: [[{ transcript: '我的话' }]] })
  one('xq-send').click()
  await settle()
  expect(service.posts.map((post) => post.text)).toEqual(['我的话'])
  expect(input.value).toBe('')
  expect(one('xq-voice').getAttribute('aria-pressed')).toBe('false')
  one('xq-voice').click()
  heard.aborted = false
  chat.removeAttribute('open')
  one('xq-close').click()
  expect(heard.aborted).toBe(true)
  expect(input.value).toBe('')
})

test('a microphone that is not to be had is told, and writing goes on', async () => {
  const heard = stubSpeech()
  const { one } = await mountOpen({ 'voice-input': '' })
  one('xq-voice').click()
  heard.onerror?.({ error: 'not-allowed' })
  heard.onend?.()
  expect(one('xq-warning').textContent).toContain('麦克风')
  expect(one('xq-voice').getAttribute('aria-pressed')).toBe('false')
  document.body.replaceChildren()
  stubSpeech(() => {
    throw new Error('InvalidStateError')
  })
  const again = await mountOpen({ 'voice-input': '' })
  again.one('xq-voice').click()
  expect(again.one('xq-warning').textContent).toContain('麦克风')
})

test('asks for stars, worst to best, and sends the chosen one as the service names it', async () => {
  const { all } = await mountOpen()
  const answers = ['很满意', '满意', '一般', '不满意', '很不满意'].map((title, i) => ({ title, payload: `/satisfaction{"score": ${String(5 - i)}}` }))
  await receive(service.say('对这次服务满意吗？', 'system', { buttons: answers }))
  expect(all('xq-button').map((button) => button.textContent)).toEqual(['很不满意', '不满意', '一般', '满意', '很满意'])
  all('xq-button')[3]?.click()
  await settle()
  expect(service.posts.map((post) => [post.text, post.payload])).toEqual([['满意', '/satisfaction{"score": 4}']])
  expect(all('xq-button').map((button) => button.classList.contains('chosen'))).toEqual([false, false, false, true, false])
})

test('the place in the queue can be kept only by who has one', async () => {
  service.state = 'queued'
  service.say('现在没有人工客服在线', 'system', { buttons: [{ title: '继续排队', payload: '/keep_place' }, { title: '留言', payload: '/leave_message' }] })
  const { all } = await mountOpen()
  const shown = () => all('xq-button').filter((button) => !button.hidden).map((button) => button.textContent)
  expect(shown()).toEqual(['继续排队', '留言'])
  FakeSocket.last.deliver({ type: 'conversation', conversation: { ...service.view, state: 'active' } })
  await settle()
  expect(shown()).toEqual(['留言'])
})

const ANSWER = { outcome: { kind: 'answer' as const, article_id: 'a', article_title: '开通漫游', score: 0.9 } }

test('an answer is judged once, changeably, and a no offers a person', async () => {
  const { one, all } = await mountOpen()
  await receive(service.say('先开通', 'bot', ANSWER))
  await receive(service.say('还与地区有关', 'bot', ANSWER))
  await receive(service.say('您是不是想问', 'bot', { outcome: { kind: 'clarification' } }))
  expect(all('xq-feedback')).toHaveLength(1)
  one('xq-unhelpful').click()
  await settle()
  expect(service.feedback).toEqual({ 1: false })
  expect(one('xq-unhelpful').getAttribute('aria-pressed')).toBe('true')
  one('xq-feedback-transfer').click()
  await settle()
  expect(service.posts.map((post) => post.text)).toEqual(['转人工'])
  one('xq-helpful').click()
  await settle()
  expect(service.feedback).toEqual({ 1: true })
  expect([one('xq-helpful'), one('xq-unhelpful')].map((button) => button.getAttribute('aria-pressed'))).toEqual(['true', 'false'])
  expect(all('xq-feedback-transfer')).toHaveLength(0)
})

test('what was judged is shown again after a reload', async () => {
  service.say('先开通', 'bot', ANSWER)
  service.feedback = { 1: true }
  const { one } = await mountOpen()
  expect(one('xq-helpful').getAttribute('aria-pressed')).toBe('true')
})

test('what was read while the connection was away is marked as read, even if it comes after the mark', async () => {
  service.state = 'active'
  service.say('我的宽带坏了', 'customer')
  const { all } = await mountOpen()
  const marks = () => all('xq-mark').map((mark) => mark.textContent)
  expect(marks()).toEqual(['已送达'])
  FakeSocket.last.drop()
  // Written in another tab, and seen by the agent at once.
  const later = service.say('两天了', 'customer')
  await vi.advanceTimersByTimeAsync(3_000)
  FakeSocket.last.accept()
  FakeSocket.last.deliver({ type: 'ready', conversation: { ...service.view, last_seq: 2, agent_read_seq: 2 } })
  await settle()
  await receive(later)
  expect(marks()).toEqual(['已读', '已读'])
})

test('the emoji grid is used with the keyboard alone', async () => {
  const { one } = await mountOpen()
  one('xq-emoji').click()
  const focused = () => (one('xq-emoji').getRootNode() as ShadowRoot).activeElement
  const press = (key: string) => focused()?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  expect(focused()?.textContent).toBe('😀')
  press('ArrowRight')
  press('ArrowDown')
  const sign = focused()?.textContent ?? ''
  ;(focused() as HTMLElement).click()
  expect((one('xq-input') as HTMLTextAreaElement).value).toBe(sign)
  expect(sign).toBe('😭')
  press('Escape')
  expect([one('xq-emoji-panel').hidden, focused()]).toEqual([true, one('xq-input')])
  expect(one('xq-panel').hidden).toBe(false)
})

test('a picture opens large and the focus goes back to it', async () => {
  const picture = (id: string) => ({ id, name: `${id}.png`, content_type: 'image/png', size_bytes: 3 })
  service.say('', 'agent', { attachments: [picture('a'), picture('b')] })
  const { one, all } = await mountOpen()
  all('xq-attachment')[1]?.click()
  const box = one('lightbox')
  const image = () => box.querySelector('img')?.getAttribute('src')
  expect(image()).toBe('https://service.example/api/v1/attachments/b')
  box.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true }))
  expect(image()).toBe('https://service.example/api/v1/attachments/a')
  expect(box.textContent).toContain('第 1 张，共 2 张')
  box.querySelector<HTMLElement>('[data-part=close]')?.click()
  expect(all('lightbox')).toEqual([])
  expect(one('xq-panel').hidden).toBe(false)
})

test('a screen reader is told what comes, not what was there before or is fetched of earlier days', async () => {
  for (let i = 1; i <= 60; i++) service.say(`消息 ${String(i)}`)
  const before = await mountOpen()
  document.body.replaceChildren()
  const { one, all } = await mountOpen()
  await receive(service.say('新的', 'agent'))
  one('xq-earlier').click()
  await settle()
  const spoken = all('xq-message').filter((row) => row.closest('[aria-live]')?.getAttribute('aria-live') !== 'off')
  expect(all('xq-message').map((row) => Number(row.dataset.seq))).toEqual(Array.from({ length: 61 }, (_, i) => i + 1))
  expect(spoken.map((row) => row.dataset.seq)).toEqual(['61'])
  expect(before.all('xq-message')).toEqual([])
})

// ---- around the window ---------------------------------------------------------------------------------------

const token = (sub: string, more = '') => `x.${btoa(JSON.stringify({ sub, more }))}.x`

test('a newer token of the same customer disturbs nothing; another customer gets a window of their own', async () => {
  const { chat, one, fill } = await mountOpen({ 'identity-token': token('C1') })
  fill('xq-input', '写了一半')
  const input = one('xq-input')
  chat.setAttribute('identity-token', token('C1', 'newer'))
  await settle()
  expect(one('xq-input')).toBe(input)
  expect(FakeSocket.opened).toHaveLength(1)
  service.tokens.clear()
  FakeSocket.last.drop(4401)
  await settle()
  expect(service.visits.at(-1)).toEqual({ channel: 'web', identity_token: token('C1', 'newer') })
  chat.setAttribute('identity-token', token('C2'))
  await settle()
  expect((one('xq-input') as HTMLTextAreaElement).value).toBe('')
})

test('a refused identity begins as soon as the page gives a newer token', async () => {
  service.refuseIdentity = true
  const { chat, one } = await mount({ 'identity-token': token('C1') })
  chat.addEventListener('xiaoqiao-identity-refused', () => {
    service.refuseIdentity = false
    chat.setAttribute('identity-token', token('C1', 'newer'))
  })
  chat.open()
  await settle()
  service.connect()
  await settle()
  expect(one('xq-status').dataset.connection).toBe('online')
})

test('the attribute opens and folds up', async () => {
  const { chat, one } = await mount()
  chat.setAttribute('open', '')
  expect(one('xq-panel').hidden).toBe(false)
  chat.removeAttribute('open')
  expect(one('xq-panel').hidden).toBe(true)
})

test.each(['with', 'without'])('taken out and put in again %s a storage, it goes on where it was', async (storage) => {
  if (storage === 'without') {
    const refuse = () => {
      throw new DOMException('no', 'SecurityError')
    }
    for (const name of ['localStorage', 'sessionStorage']) vi.spyOn(window, name as 'localStorage', 'get').mockImplementation(refuse)
  }
  const { chat, one, all, fill } = await mountOpen()
  await receive(service.say('您好', 'agent'))
  fill('xq-input', '写了一半')
  chat.remove()
  expect(FakeSocket.last.readyState).toBe(3)
  document.body.append(chat)
  await settle()
  service.connect()
  await settle()
  expect(one('xq-panel').hidden).toBe(false)
  expect(all('xq-message')).toHaveLength(1)
  expect((one('xq-input') as HTMLTextAreaElement).value).toBe('写了一半')
  expect(service.visits).toHaveLength(1)
})

test('what another tab shows is not unread here', async () => {
  const { chat, one } = await mountOpen()
  chat.close()
  await receive(service.say('在吗', 'agent'))
  expect(one('xq-unread').textContent).toBe('1')
  const key = Object.keys(localStorage).find((name) => name.endsWith(':seen')) ?? ''
  const tell = (newValue: string) => {
    localStorage.setItem(key, newValue)
    dispatchEvent(new StorageEvent('storage', { key, newValue }))
  }
  tell('1 of-before') // another conversation's number
  expect(one('xq-unread').hidden).toBe(false)
  tell('1 c1')
  expect(one('xq-unread').hidden).toBe(true)
  tell('2 c1') // the other tab was quicker
  await receive(service.say('还在吗', 'agent'))
  expect(one('xq-unread').hidden).toBe(true)
})

test('a page that is left lets go of the connection, and has what it missed when it comes back', async () => {
  const { all } = await mountOpen()
  dispatchEvent(new Event('pagehide'))
  expect(FakeSocket.last.readyState).toBe(3)
  service.say('在吗', 'agent')
  await settle(60_000)
  expect(FakeSocket.opened).toHaveLength(1)
  dispatchEvent(new Event('pageshow'))
  await settle()
  expect(all('xq-message')).toHaveLength(1)
  service.connect()
  await settle()
  expect(FakeSocket.opened).toHaveLength(2)
})

test('past midnight, what was said today was said yesterday', async () => {
  vi.setSystemTime(new Date(2026, 4, 6, 23, 50))
  const { root } = await mountOpen()
  const marks = () => [...root.querySelectorAll('[role=log] .when')].map((mark) => mark.textContent.split(' ')[0])
  await receive({ ...service.say('还没睡'), created_at_ms: Date.now() })
  expect(marks()).toEqual(['今天'])
  vi.setSystemTime(new Date(2026, 4, 7, 8, 0))
  document.dispatchEvent(new Event('visibilitychange'))
  expect(marks()).toEqual(['昨天'])
})

test('more files than a message takes are left out, and it is said', async () => {
  const { one, all } = await mountOpen()
  const files = Array.from({ length: 20 }, (_, i) => new File(['x'], `${String(i)}.pdf`, { type: 'application/pdf' }))
  const drop = new Event('drop', { bubbles: true, cancelable: true })
  Object.assign(drop, { dataTransfer: { files } })
  one('xq-input').dispatchEvent(drop)
  await settle()
  expect(all('xq-chip')).toHaveLength(9)
  expect(one('xq-tray-notice').textContent).toContain('9 个')
  one('xq-send').click()
  await settle()
  expect(all('xq-tray-notice')).toEqual([])
})

test('an emoji counts as one character, as the service counts it', async () => {
  const { one, fill } = await mountOpen()
  fill('xq-input', '😀'.repeat(2000))
  expect([one('xq-warning').hidden, (one('xq-send') as HTMLButtonElement).disabled]).toEqual([true, false])
  fill('xq-input', '😀'.repeat(2001))
  expect([one('xq-warning').hidden, (one('xq-send') as HTMLButtonElement).disabled]).toEqual([false, true])
})

test.each([-86_400_000, 86_400_000])('on a device whose clock is %i ms off, today is today', async (off_ms) => {
  vi.setSystemTime(new Date(2026, 4, 6, 12, 0).getTime() + off_ms)
  vi.stubGlobal('fetch', async (input: string, init?: RequestInit) => {
    const answer = await service.fetch(input, init)
    answer.headers.set('Date', new Date(Date.now() - off_ms).toUTCString())
    return answer
  })
  const { root } = await mountOpen()
  await receive({ ...service.say('您好'), created_at_ms: Date.now() - off_ms })
  expect(root.querySelector('[role=log] .when')?.textContent).toMatch(/^今天/)
})

test('a lost network is shown when the browser says it, not when the silence is noticed', async () => {
  const { one } = await mountOpen()
  dispatchEvent(new Event('offline'))
  await settle()
  expect([one('xq-status').dataset.connection, one('xq-offline').hidden]).toEqual(['offline', false])
  dispatchEvent(new Event('online'))
  service.connect()
  await settle()
  expect(one('xq-status').dataset.connection).toBe('online')
})

test('who comes back after the conversation has ended is told that this is a new one', async () => {
  const first = await mountOpen()
  expect(first.one('xq-renewed').hidden).toBe(true)
  document.body.replaceChildren()
  service.tokens.clear()
  const again = await mountOpen()
  expect(again.one('xq-renewed').hidden).toBe(false)
})

test('what is sent while a file is on its way goes out with it; not when the file fails or more is written', async () => {
  const { one, fill, root } = await mountOpen()
  const uploads: (() => void)[] = []
  vi.stubGlobal('fetch', async (input: string, init?: RequestInit) => {
    if (init?.body instanceof File) await new Promise<void>((resolve) => uploads.push(resolve))
    return service.fetch(input, init)
  })
  const sendWithFile = async (text: string) => {
    const drop = new Event('drop', { bubbles: true, cancelable: true })
    one('xq-input').dispatchEvent(Object.assign(drop, { dataTransfer: { files: [new File(['x'], 'a.pdf', { type: 'application/pdf' })] } }))
    fill('xq-input', text)
    one('xq-send').click()
    await settle()
    expect(one('xq-warning').textContent).toContain('上传完')
  }
  await sendWithFile('看这个')
  uploads.shift()?.()
  await settle()
  expect(service.posts).toMatchObject([{ text: '看这个', attachments: ['f1'] }])
  expect([one('xq-warning').hidden, (one('xq-input') as HTMLTextAreaElement).value]).toEqual([true, ''])

  await sendWithFile('还有')
  fill('xq-input', '还有这个')
  uploads.shift()?.()
  await settle()
  expect(service.posts).toHaveLength(1)
  one('xq-send').click()
  await settle()
  expect(service.posts).toHaveLength(2)

  await sendWithFile('再看')
  root.querySelector<HTMLElement>('.chip button')?.click()
  await settle()
  expect(service.posts).toMatchObject([{}, {}, { text: '再看' }])
})
