import { afterEach, beforeEach, expect, test, vi } from 'vitest'

/** Stays silent until the page was touched, as browsers are. */
class FakeAudio {
  static made = 0
  static tones = 0
  static touched: Promise<void>
  state = 'suspended'
  currentTime = 0
  destination = {}

  constructor() {
    FakeAudio.made += 1
  }

  async resume(): Promise<void> {
    await FakeAudio.touched
    this.state = 'running'
  }

  createOscillator(): object {
    FakeAudio.tones += 1
    return { frequency: {}, connect: (to: object) => to, start: () => undefined, stop: () => undefined }
  }

  createGain(): object {
    const set = (): void => undefined
    return { gain: { setValueAtTime: set, exponentialRampToValueAtTime: set }, connect: set }
  }
}

beforeEach(() => {
  vi.resetModules()
  vi.useFakeTimers()
  FakeAudio.made = FakeAudio.tones = 0
  FakeAudio.touched = Promise.resolve()
  vi.stubGlobal('AudioContext', FakeAudio)
})

afterEach(() => {
  vi.useRealTimers()
})

test('the first touch wakes the sound, so that the first event is heard', async () => {
  const { allowSound, chime } = await import('./chime')
  const page = new EventTarget()
  allowSound(page)
  page.dispatchEvent(new Event('pointerdown'))
  page.dispatchEvent(new Event('keydown'))
  expect(FakeAudio.made).toBe(1)
  await chime()
  expect(FakeAudio.tones).toBe(2)
})

test('a sound that could not be made in time is not made up for later', async () => {
  const { chime } = await import('./chime')
  let touch = (): void => undefined
  FakeAudio.touched = new Promise((resolve) => (touch = resolve))
  const rung = chime()
  vi.advanceTimersByTime(5000)
  touch()
  await rung
  expect(FakeAudio.tones).toBe(0)
})

test('without a sound device nothing happens', async () => {
  vi.stubGlobal('AudioContext', undefined)
  const { chime } = await import('./chime')
  await expect(chime()).resolves.toBeUndefined()
})
