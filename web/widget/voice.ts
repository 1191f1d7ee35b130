/** Speech to text by the browser itself, where it has it. */

interface Recognition extends EventTarget {
  lang: string
  interimResults: boolean
  onresult: ((event: { results: ArrayLike<ArrayLike<{ transcript: string }>> }) => void) | null
  onerror: ((event: { error: string }) => void) | null
  onend: (() => void) | null
  start(): void
  stop(): void
  abort(): void
}

type RecognitionConstructor = new () => Recognition

function recognitionClass(): RecognitionConstructor | null {
  const scope = globalThis as { SpeechRecognition?: RecognitionConstructor; webkitSpeechRecognition?: RecognitionConstructor }
  return scope.SpeechRecognition ?? scope.webkitSpeechRecognition ?? null
}

export function hasVoice(): boolean {
  return recognitionClass() !== null
}

export interface Listening {
  /** Enough was said; what the browser still makes of it comes. */
  stop: () => void
  /** Nothing of it is wanted any more. */
  abandon: () => void
  isOver: () => boolean
}

/** What a person hears of: nothing was said, or they stopped it themselves, is no trouble. */
const NO_TROUBLE = ['no-speech', 'aborted']

export interface Ears {
  /** What was understood so far. */
  heard: (text: string) => void
  /** Comes once, whatever happens; not after `abandon`. `refused`: the microphone or the service was not to be had. */
  ended: (refused: boolean) => void
}

/** Listens for one utterance. */
export function listen(locale: string, ears: Ears): Listening {
  const Recognizer = recognitionClass()
  let isOver = false
  let wasRefused = Recognizer === null
  const end = (): void => {
    if (isOver) return
    isOver = true
    ears.ended(wasRefused)
  }
  if (Recognizer === null) {
    end()
    return { stop: () => undefined, abandon: () => undefined, isOver: () => true }
  }
  const recognition = new Recognizer()
  recognition.lang = locale
  recognition.interimResults = true
  recognition.onresult = ({ results }) => {
    if (!isOver) ears.heard(Array.from(results, (alternatives) => alternatives[0]?.transcript ?? '').join(''))
  }
  recognition.onerror = ({ error }) => {
    wasRefused ||= !NO_TROUBLE.includes(error)
  }
  recognition.onend = end
  try {
    recognition.start()
  } catch {
    wasRefused = true
    end()
  }
  return {
    stop: () => {
      recognition.stop()
    },
    abandon: () => {
      isOver = true
      recognition.abort()
    },
    isOver: () => isOver,
  }
}
