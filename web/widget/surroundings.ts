import { followKeyboard } from './keyboard'

/** What the customer's system prefers, where the page does not say. */
const PREFERS_DARK = matchMedia('(prefers-color-scheme: dark)')

export function isSystemDark(): boolean {
  return PREFERS_DARK.matches
}

export interface Surroundings {
  /** The page is looked at again, or the network is said to be back. */
  onBack: () => void
  /** The browser says that there is no network. */
  onGone: () => void
  /** The page is left; it may come back as it was, and until then nothing should hold it. */
  onLeft: () => void
  /** The system turned dark or light. */
  onTheme: () => void
  /** Another tab kept something. */
  onKept: (key: string, value: string | null) => void
}

/** Follows what goes on around the element; answers how to stop. */
export function followSurroundings(host: HTMLElement, { onBack, onGone, onLeft, onTheme, onKept }: Surroundings): () => void {
  const stop = new AbortController()
  const { signal } = stop
  const unfollow = followKeyboard(host)
  addEventListener('online', onBack, { signal })
  addEventListener('offline', onGone, { signal })
  addEventListener('pageshow', onBack, { signal })
  addEventListener('pagehide', onLeft, { signal })
  document.addEventListener('visibilitychange', onBack, { signal })
  PREFERS_DARK.addEventListener('change', onTheme, { signal })
  addEventListener(
    'storage',
    ({ key, newValue }) => {
      if (key !== null) onKept(key, newValue)
    },
    { signal },
  )
  return () => {
    stop.abort()
    unfollow()
  }
}
