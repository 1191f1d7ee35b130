/** What a message is to the page that shows it, in a word or two beside its sender. */
export interface MessageMark {
  text: string
  /** Nobody has read it yet. */
  fresh: boolean
}
