import type { ArticleUse, KnowledgeFound } from '../../shared/contract'

export type Article = KnowledgeFound['articles'][number]

/** The articles a draft was taken from, remembered until it is sent. */
export class UsedArticles {
  #used: Article[] = []

  add(article: Article): void {
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
