import { read, write, type KeyValue } from './session'

/** What the customer set in this browser; an attribute of the element gives the value until then. */
export interface Preferences {
  largeText: boolean
  sound: boolean
}

const KEY = 'xiaoqiao:preferences'

export function loadPreferences(storage: KeyValue, defaults: Preferences): Preferences {
  try {
    const stored = JSON.parse(read(storage, KEY) ?? '{}') as Partial<Preferences> | null
    return {
      largeText: typeof stored?.largeText === 'boolean' ? stored.largeText : defaults.largeText,
      sound: typeof stored?.sound === 'boolean' ? stored.sound : defaults.sound,
    }
  } catch {
    return defaults
  }
}

export function savePreferences(storage: KeyValue, preferences: Preferences): void {
  write(storage, KEY, JSON.stringify(preferences))
}
