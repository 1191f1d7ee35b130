import { en } from './en'
import { zh, type Texts } from './zh'

export type { Texts }

export function textsFor(language: string | null): Texts {
  return language?.toLowerCase().startsWith('en') ? en : zh
}
