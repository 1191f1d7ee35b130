import { reactive, watch } from 'vue'

export type Theme = 'auto' | 'light' | 'dark'
export type Language = 'zh' | 'en'

/** What an agent may be told of while looking elsewhere. */
export const ALERT_KINDS = ['request', 'assigned', 'message', 'mention'] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

export interface Preferences {
  theme: Theme
  language: Language
  sound: boolean
  notifications: boolean
  /** The kinds that make no sound, or show no notice, although these are on. */
  silent: { sound: AlertKind[]; notice: AlertKind[] }
  quietOnBreak: boolean
  showContext: boolean
  personalReplies: string[]
}

const KEY = 'xiaoqiao-console:preferences'
const DEFAULTS: Preferences = {
  theme: 'auto',
  language: 'zh',
  sound: true,
  notifications: false,
  silent: { sound: [], notice: [] },
  quietOnBreak: true,
  showContext: true,
  personalReplies: [],
}

/** What this agent set in this browser. */
export const preferences = reactive<Preferences>(load())

watch(preferences, () => {
  localStorage.setItem(KEY, JSON.stringify(preferences))
})

/** Tells of a kind of event in one way, or no longer. */
export function setAlert(way: keyof Preferences['silent'], kind: AlertKind, isOn: boolean): void {
  const others = preferences.silent[way].filter((one) => one !== kind)
  preferences.silent[way] = isOn ? others : [...others, kind]
}

function load(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>
    return { ...DEFAULTS, silent: { sound: [], notice: [] }, ...stored }
  } catch {
    return { ...DEFAULTS }
  }
}
