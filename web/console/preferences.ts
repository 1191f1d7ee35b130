import { reactive, watch } from 'vue'

export type Theme = 'auto' | 'light' | 'dark'

interface Preferences {
  theme: Theme
  sound: boolean
  notifications: boolean
  showContext: boolean
  personalReplies: string[]
}

const KEY = 'xiaoqiao-console:preferences'
const DEFAULTS: Preferences = { theme: 'auto', sound: true, notifications: false, showContext: true, personalReplies: [] }

/** What this agent set in this browser. */
export const preferences = reactive<Preferences>(load())

watch(preferences, () => {
  localStorage.setItem(KEY, JSON.stringify(preferences))
})

function load(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>) }
  } catch {
    return { ...DEFAULTS }
  }
}
