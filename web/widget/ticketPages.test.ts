import { expect, test, vi } from 'vitest'
import { beginAfresh, mountOpen, receive, service, settle } from './testing'

/** The form and the list of tickets on the page itself. */
beginAfresh()

const OFFER = { buttons: [{ title: '继续排队', payload: '/keep_place' }, { title: '请回电', payload: '/call_back' }] }

async function mount() {
  const page = await mountOpen()
  const submit = async () => {
    page.one('xq-form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
    await settle()
  }
  return { ...page, submit }
}

test('an offer opens the form and says nothing; once the ticket is there, it has been taken', async () => {
  const { all, one, press, fill, submit } = await mount()
  await receive(service.say('现在没有人工客服在线', 'system', OFFER))
  const [, call] = all('xq-button') as HTMLButtonElement[]
  call?.click()
  await settle()
  expect(one('xq-sheet').hidden).toBe(false)
  expect(one('xq-sheet').textContent).toContain('请客服回电')
  expect(call?.disabled).toBe(false)
  fill('xq-form-phone', '138')
  await submit()
  expect(one('xq-form-phone-problem').textContent).toContain('11 位')
  expect(service.wishes).toEqual([])
  fill('xq-form-phone', '13800138000')
  vi.setSystemTime(Date.now() + 1_000)
  await submit()
  expect(service.posts).toEqual([])
  expect(service.wishes).toMatchObject([{ kind: 'callback', phone: '13800138000', time_of_day: '都可以' }])
  expect(one('xq-sheet').hidden).toBe(true)
  expect(call?.disabled).toBe(true)
  await receive(service.messages.at(-1) ?? {})
  expect(one('xq-ticket').textContent).toContain('等待处理')
  await press('xq-ticket-look')
  expect(all('xq-tickets-item')).toHaveLength(1)
})

test('a card follows its ticket without losing its button', async () => {
  const { one, press, fill, submit } = await mount()
  await press('xq-menu-form')
  fill('xq-form-text', '宽带断了')
  await submit()
  await receive(service.messages.at(-1) ?? {})
  const button = one('xq-ticket-look')
  Object.assign(service.tickets[0] ?? {}, { state: 'in_progress', owner_name: '李娜' })
  await receive(service.say('工单 1 由客服李娜负责到底', 'system'))
  expect(one('xq-ticket').textContent).toContain('客服 李娜')
  expect(one('xq-ticket-look')).toBe(button)
  Object.assign(service.tickets[0] ?? {}, { state: 'done', result: '已修好' })
  await receive(service.say('工单 1 已处理完成', 'system'))
  expect(one('xq-ticket').textContent).toContain('已修好')
})

test('a refused ticket goes back into the form with the reason', async () => {
  const { all, one, press, fill, submit } = await mount()
  service.refuseTickets = '这个电话号码好像不对'
  await press('xq-menu-form')
  fill('xq-form-text', '宽带断了')
  await submit()
  expect(one('xq-ticket').textContent).toContain('没有提交成功：这个电话号码好像不对')
  await press('xq-ticket-mend')
  expect(all('xq-ticket')).toEqual([])
  expect(one('xq-form-refused').textContent).toContain('这个电话号码好像不对')
  expect((one('xq-form-text') as HTMLTextAreaElement).value).toBe('宽带断了')
})

test('what the page sends in the customer’s name is seen: the form steps aside and keeps what was filled in', async () => {
  const { chat, one, press, fill } = await mount()
  await press('xq-menu-form')
  fill('xq-form-text', '宽带断了')
  chat.send('怎么缴费')
  await settle()
  expect(one('xq-sheet').hidden).toBe(true)
  await press('xq-menu-form')
  expect((one('xq-form-text') as HTMLTextAreaElement).value).toBe('宽带断了')
})
