/** What joins words. */
export const punctuation = {
  list: (words: readonly string[]) => words.join('、'),
  /** Longer than words, and with commas of their own. */
  clauses: (parts: readonly string[]) => parts.join('；'),
  labelled: (label: string, words: string) => `${label}：${words}`,
  bracketed: (words: string, aside: string) => `${words}（${aside}）`,
  /** Sentences that come without their full stop. */
  sentences: (parts: readonly string[]) => parts.map((part) => part.replace(/。$/, '')).join('。') + '。',
}
