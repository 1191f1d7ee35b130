import type { Ref } from 'vue'
import type { ArticleUse, KnowledgeFound } from '../../shared/contract'

export type Article = KnowledgeFound['articles'][number]

/** The articles a draft was taken from, kept beside it until it is sent. */
export class UsedArticles {
  constructor(private readonly kept: Ref<readonly Article[] | null>) {}

  add(article: Article): void {
    const used = this.kept.value ?? []
    if (!used.some((one) => one.article_id === article.article_id)) this.kept.value = [...used, article]
  }

  forget(): void {
    this.kept.value = null
  }

  /** What goes with the reply; the draft is a new one then. */
  take(reply: string): ArticleUse[] {
    const uses = (this.kept.value ?? []).map(({ article_id, title, text }) => ({ article_id, title, edited: !reply.includes(text.trim()) }))
    this.forget()
    return uses
  }
}
