let context: AudioContext | null = null

/** Two soft tones, made here so that no sound file is fetched. Silent until the person has touched the page once. */
export function chime(): void {
  try {
    context ??= new AudioContext()
    if (context.state === 'suspended') void context.resume()
    if (context.state !== 'running') return
    tone(context, 880, 0)
    tone(context, 1174.7, 0.12)
  } catch {
    // No sound device.
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
