/** Speech to text by the browser itself, where it has it. */

interface Recognition extends EventTarget {
  lang: string
  interimResults: boolean
  onresult: ((event: { results: ArrayLike<ArrayLike<{ transcript: string }>> }) => void) | null
  onend: (() => void) | null
  start(): void
  stop(): void
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
  stop: () => void
}

/** Listens for one utterance; `onText` gets what was understood so far, `onEnd` comes once, whatever happens. */
export function listen(locale: string, onText: (text: string) => void, onEnd: () => void): Listening {
  const Recognizer = recognitionClass()
  if (Recognizer === null) {
    onEnd()
    return { stop: () => undefined }
  }
  const recognition = new Recognizer()
  recognition.lang = locale
  recognition.interimResults = true
  recognition.onresult = ({ results }) => {
    onText(Array.from(results, (alternatives) => alternatives[0]?.transcript ?? '').join(''))
  }
  recognition.onend = onEnd
  recognition.start()
  return {
    stop: () => {
      recognition.stop()
    },
  }
}
