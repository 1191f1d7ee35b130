import type { ArticleUse, FoundArticle } from '../../shared/contract'

/** The articles a draft was taken from, remembered until it is sent. */
export class UsedArticles {
  #used: FoundArticle[] = []

  add(article: FoundArticle): void {
    if (!this.#used.some((one) => one.article_id === article.article_id)) this.#used.push(article)
  }

  forget(): void {
    this.#used = []
  }

  /** What goes with the reply; the draft is a new one then. */
  take(reply: string): ArticleUse[] {
    const uses = this.#used.map(({ article_id, title, text }) => ({ article_id, title, edited: !reply.includes(text.trim()) }))
    this.forget()
    return uses
  }
}

/** Asks as one types, but not at every key; an older answer never replaces a newer one. */
export class LateSearch<T> {
  #timer: ReturnType<typeof setTimeout> | undefined
  #number = 0

  constructor(
    private readonly ask: (text: string) => Promise<T>,
    private readonly show: (answer: T | null) => void,
    private readonly wait_ms: number,
  ) {}

  type(text: string): void {
    this.stop()
    const number = this.#number
    this.#timer = setTimeout(() => {
      void this.#run(text, number)
    }, this.wait_ms)
  }

  /** What is under way is no longer wanted. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#number++
  }

  async #run(text: string, number: number): Promise<void> {
    const answer = await this.ask(text).catch(() => null)
    if (number === this.#number) this.show(answer)
  }
}
