import { expect, test, vi } from 'vitest'
import { attract, waysOf } from './alerts'
import { preferences, setAlert, type Preferences } from './preferences'

const all: Pick<Preferences, 'sound' | 'notifications' | 'silent' | 'quietOnBreak'> = { sound: true, notifications: true, silent: { sound: [], notice: [] }, quietOnBreak: true }

test('each kind of event makes itself known as the agent chose', () => {
  expect(waysOf('message', all, 'online')).toEqual({ sound: true, notice: true })
  const chosen = { ...all, silent: { sound: ['message' as const], notice: ['request' as const] } }
  expect(waysOf('message', chosen, 'online')).toEqual({ sound: false, notice: true })
  expect(waysOf('request', chosen, 'online')).toEqual({ sound: true, notice: false })
  expect(waysOf('message', { ...all, sound: false, notifications: false }, 'online')).toEqual({ sound: false, notice: false })
})

test('a break is a break, for who wants it', () => {
  expect(waysOf('request', all, 'break')).toEqual({ sound: false, notice: false })
  expect(waysOf('request', { ...all, quietOnBreak: false }, 'break')).toEqual({ sound: true, notice: true })
})

test('a notice leads to its conversation, and only shows while the console is out of sight', () => {
  const shown: { body: string; onclick: () => void; close: () => void }[] = []
  class FakeNotification {
    static permission = 'granted'
    onclick = (): void => undefined
    close = vi.fn()
    body: string
    constructor(_title: string, { body }: { body: string }) {
      this.body = body
      shown.push(this)
    }
  }
  vi.stubGlobal('Notification', FakeNotification)
  Object.assign(preferences, { notifications: true, sound: false })
  const visibility = vi.spyOn(document, 'visibilityState', 'get')
  const open = vi.fn()

  visibility.mockReturnValue('visible')
  attract('message', '在吗', 'online', { open })
  expect(shown).toEqual([])
  visibility.mockReturnValue('hidden')
  setAlert('notice', 'request', false)
  attract('request', '有人在等', 'online')
  expect(shown).toEqual([])
  setAlert('notice', 'request', true)
  attract('message', '在吗', 'online', { open })
  expect(shown.map((one) => one.body)).toEqual(['在吗'])
  shown[0]?.onclick()
  expect(open).toHaveBeenCalledOnce()
  vi.unstubAllGlobals()
})

test('a browser that refuses to show notices does not stop what was told of', () => {
  class Refusing {
    static permission = 'granted'
    close = vi.fn()
    constructor() {
      throw new TypeError('Illegal constructor')
    }
  }
  vi.stubGlobal('Notification', Refusing)
  Object.assign(preferences, { notifications: true, sound: false })
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  attract('message', '在吗', 'online')
  vi.unstubAllGlobals()
})

test('each conversation has a notice of its own, and a newer one is seen again', () => {
  const shown: NotificationOptions[] = []
  class FakeNotification {
    static permission = 'granted'
    close = vi.fn()
    constructor(_title: string, options: NotificationOptions) {
      shown.push(options)
    }
  }
  vi.stubGlobal('Notification', FakeNotification)
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  for (const about of ['c-1', 'c-2']) attract('message', '在吗', 'online', { about })
  expect(shown).toMatchObject([{ tag: 'xiaoqiao-c-1', renotify: true }, { tag: 'xiaoqiao-c-2', renotify: true }])
  vi.unstubAllGlobals()
})
