import type { Texts } from '../zh'

const conjunction = new Intl.ListFormat('en-GB')

/** What joins words. */
export const punctuation: Pick<Texts, 'list' | 'clauses' | 'labelled' | 'bracketed' | 'sentences'> = {
  list: (words) => conjunction.format(words),
  clauses: (parts) => parts.join('; '),
  labelled: (label, words) => `${label}: ${words}`,
  bracketed: (words, aside) => `${words} (${aside})`,
  sentences: (parts) => parts.map((part) => part.replace(/\.$/, '')).join('. ') + '.',
}
