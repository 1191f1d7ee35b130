let context: AudioContext | null = null

/** A sound that comes later than this after its event would be taken for another one's. */
const LATEST_MS = 1000

/**
 * Makes the page able to sound from the first time the person touches it on: browsers keep pages silent until then, and
 * some wake their sound only while a press or key is being handled.
 */
export function allowSound(target: EventTarget): void {
  const wake = (): void => {
    target.removeEventListener('pointerdown', wake)
    target.removeEventListener('keydown', wake)
    void awake()
  }
  target.addEventListener('pointerdown', wake)
  target.addEventListener('keydown', wake)
}

/** Two soft tones, made here so that no sound file is fetched. Silent until the person has touched the page once. */
export async function chime(): Promise<void> {
  const since_ms = Date.now()
  const audio = await awake()
  if (audio === null || Date.now() - since_ms > LATEST_MS) return
  tone(audio, 880, 0)
  tone(audio, 1174.7, 0.12)
}

/** The sound of the page, once it runs; null where there is none. */
async function awake(): Promise<AudioContext | null> {
  try {
    context ??= new AudioContext()
    if (context.state === 'suspended') await context.resume()
    return context
  } catch {
    return null // no sound device
  }
}

function tone(audio: AudioContext, frequency_hz: number, delay_s: number): void {
  const start = audio.currentTime + delay_s
  const oscillator = audio.createOscillator()
  const gain = audio.createGain()
  oscillator.type = 'sine'
  oscillator.frequency.value = frequency_hz
  gain.gain.setValueAtTime(0.0001, start)
  gain.gain.exponentialRampToValueAtTime(0.08, start + 0.02)
  gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.35)
  oscillator.connect(gain).connect(audio.destination)
  oscillator.start(start)
  oscillator.stop(start + 0.4)
}
