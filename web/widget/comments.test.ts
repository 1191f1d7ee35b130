import { expect, test, vi } from 'vitest'
import { MemoryStorage } from '../shared/testing'
import type { ChatClient } from './chatClient'
import { LONGEST_COMMENT } from './comments'
import { beginAfresh, mountOpen, newClient, receive, service, settle } from './testing'
import { textsFor } from './texts'
import { CommentView } from './view/commentBox'

beginAfresh()
const SAY_MORE = { buttons: [{ title: '说几句', payload: '/say_more' }] }

// ---- kept and sent -----------------------------------------------------------------------------------------

async function begin(storage: MemoryStorage): Promise<ChatClient> {
  const client = newClient({ storage })
  client.start()
  await settle()
  return client
}

test('a comment written without a network outlives the page and is sent once', async () => {
  const offer = service.say('谢谢您的评价', 'system', SAY_MORE)
  const storage = new MemoryStorage()
  const first = await begin(storage)
  service.down = true
  first.comments.say(offer, '等了太久')
  first.comments.say(offer, '等了太久') // a second press
  await settle()
  expect(first.state.comments.get(offer.id)).toEqual({ status: 'waiting', text: '等了太久', error: null })
  first.stop()

  service.down = false
  const second = await begin(storage)
  await settle(60_000)
  expect(second.state.comments.get(offer.id)?.status).toBe('sent')
  expect(service.comments).toEqual(['等了太久'])
  expect(service.posts).toEqual([]) // it is no message and no question
  second.stop()

  const third = await begin(storage)
  await settle(60_000)
  expect(service.comments).toEqual(['等了太久'])
  third.stop()
})

test('who has nothing to add is not asked again', async () => {
  const offer = service.say('谢谢您的评价', 'system', SAY_MORE)
  const storage = new MemoryStorage()
  const first = await begin(storage)
  first.comments.skip(offer)
  first.stop()
  const second = await begin(storage)
  expect(second.state.comments.get(offer.id)?.status).toBe('skipped')
  expect(service.comments).toEqual([])
  second.stop()
})

test('what the service refuses may be said again, or left', async () => {
  const offer = service.say('谢谢您的评价', 'system', SAY_MORE)
  const client = await begin(new MemoryStorage())
  service.refuseComments = '还没有可以评价的人工服务。'
  client.comments.say(offer, '等了太久')
  await settle()
  expect(client.state.comments.get(offer.id)).toEqual({ status: 'failed', text: '等了太久', error: '还没有可以评价的人工服务。' })
  service.refuseComments = null
  client.comments.say(offer, '等了太久，谢谢')
  await settle()
  expect(service.comments).toEqual(['等了太久，谢谢'])
  client.stop()
})

// ---- shown ---------------------------------------------------------------------------------------------------

function show() {
  const said: string[] = []
  const left = vi.fn()
  const skip = vi.fn()
  const box = new CommentView(textsFor('zh'), { say: (text) => said.push(text), skip, left })
  document.body.append(box.element)
  const one = (name: string) => box.element.querySelector<HTMLElement>(`[data-testid=xq-comment${name}]`) as HTMLTextAreaElement
  const type = (text: string) => {
    one('-input').value = text
    one('-input').dispatchEvent(new Event('input'))
  }
  return { box, said, skip, left, one, type }
}

test('nothing is sent that is empty or too long; the length is counted as the service counts it', () => {
  const { box, said, one, type } = show()
  box.update(undefined, true)
  const enter = (more: object = {}) => one('-input').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', cancelable: true, ...more }))
  for (const text of ['', '  \n ', '好'.repeat(LONGEST_COMMENT + 1)]) {
    type(text)
    enter()
    expect(one('-send').disabled).toBe(true)
  }
  expect(one('-count').textContent).toContain('1000')
  type('😀'.repeat(LONGEST_COMMENT)) // two units of UTF-16 each
  expect([one('-send').disabled, one('-count').textContent]).toEqual([false, '1000/1000'])
  type('等了太久')
  enter({ shiftKey: true })
  enter({ isComposing: true })
  expect(said).toEqual([])
  enter()
  expect(said).toEqual(['等了太久'])
})

test('the box goes when the conversation goes on, but not with words half written in it', () => {
  const { box, one, type } = show()
  box.update(undefined, true)
  expect(one('').hidden).toBe(false)
  type('等了')
  box.update(undefined, false)
  expect(one('').hidden).toBe(false)
  type('')
  box.update(undefined, false)
  expect(box.element.hidden).toBe(true)
})

test('what was said is shown as text, with how far it got; what was refused comes back into the box', () => {
  const { box, one } = show()
  box.update({ status: 'waiting', text: '<img src=x onerror=alert(1)>', error: null }, true)
  expect([one('').hidden, one('-said').hidden]).toEqual([true, false])
  expect(one('-said').textContent).toContain('<img src=x onerror=alert(1)>')
  expect(one('-said').querySelector('img')).toBeNull()
  expect(one('-state').textContent).toBe('联网后发送')
  box.update({ status: 'failed', text: '等了太久', error: '还没有可以评价的人工服务。' }, false)
  expect([one('').hidden, one('-input').value, one('-count').textContent]).toEqual([false, '等了太久', '还没有可以评价的人工服务。'])
})

test('in the window: no button to say more, words beside the messages, the thanks announced', async () => {
  service.say('对这次服务满意吗？', 'system', { buttons: [{ title: '满意', payload: '/satisfaction{"score": 4}' }] })
  service.say('满意', 'customer')
  service.say('谢谢您的评价', 'system', SAY_MORE)
  const { root, one, press, fill } = await mountOpen()
  expect([...root.querySelectorAll('[data-testid=xq-button]')].map((button) => button.textContent)).toEqual(['满意'])
  fill('xq-comment-input', '怎么这么久')
  await press('xq-comment-send')
  expect([service.comments, service.posts]).toEqual([['怎么这么久'], []])
  expect(one('xq-comment-said').textContent).toContain('怎么这么久')
  expect(root.activeElement).toBe(one('xq-input'))
  await receive(service.messages.at(-1) ?? {})
  expect(root.querySelector('[role=log]')?.textContent).toContain('您的意见已经记下')
  expect(one('xq-comment-said').hidden).toBe(false)
})
