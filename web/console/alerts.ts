import { chime } from '../shared/chime'
import type { Presence } from '../shared/contract'
import { preferences, type AlertKind, type Preferences } from './preferences'
import { texts } from './texts'

/** How an event makes itself known: what the agent chose for it, and nothing on a break if they want their peace. */
export function waysOf(kind: AlertKind, chosen: Pick<Preferences, 'sound' | 'notifications' | 'silent' | 'quietOnBreak'>, presence: Presence): { sound: boolean; notice: boolean } {
  if (chosen.quietOnBreak && presence === 'break') return { sound: false, notice: false }
  return {
    sound: chosen.sound && !chosen.silent.sound.includes(kind),
    notice: chosen.notifications && !chosen.silent.notice.includes(kind),
  }
}

export interface About {
  /** The conversation it is about: a newer notice of the same one takes the place of the older. */
  about?: string
  open?: () => void
}

/** A sound, and a desktop notice when the console is out of sight; pressing the notice brings it back and calls `open`. */
export function attract(kind: AlertKind, text: string, presence: Presence, { about = kind, open }: About = {}): void {
  const ways = waysOf(kind, preferences, presence)
  if (ways.sound) void chime()
  if (!ways.notice || document.visibilityState === 'visible' || !('Notification' in window) || Notification.permission !== 'granted') return
  const options = { body: text, icon: '/console/favicon.svg', tag: `xiaoqiao-${about}`, renotify: true }
  let notice: Notification
  try {
    notice = new Notification(texts.product, options)
  } catch {
    // Browsers on phones know the name and refuse to be called: the sound and the title are there.
    return
  }
  notice.onclick = () => {
    window.focus()
    open?.()
    notice.close()
  }
}
