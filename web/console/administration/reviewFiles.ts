import type { components } from '../../shared/openapi'
import { csv } from '../files/csv'
import { named, texts } from '../texts'

export type ReviewedAnswer = components['schemas']['ReviewedAnswer']
export type Rating = components['schemas']['RatedServiceRow']

export function answerKey({ conversation_id, seq }: ReviewedAnswer): string {
  return `${conversation_id}/${String(seq)}`
}

export function answersCsv(rows: readonly ReviewedAnswer[]): string {
  const cells = rows.map((one) => [
    new Date(one.at_ms).toISOString(), one.helpful ? texts.yes : texts.no, one.question, one.answer, named(texts.intents, one.intent),
    one.article_id, one.article_title, one.score, one.conversation_id,
  ])
  return csv([texts.review.columns, ...cells])
}

export function ratingsCsv(rows: readonly Rating[], names: Readonly<Record<string, string>>): string {
  const cells = rows.map((one) => [
    new Date(one.at_ms).toISOString(), one.score, one.comment, one.agent_name, named(names, one.skill_group), named(names, one.disposition),
    one.resolved === null ? '' : one.resolved ? texts.yes : texts.no, one.conversation_id,
  ])
  return csv([texts.review.ratingColumns, ...cells])
}

/** Questions by the article they were answered with, each once, as YAML a trainer can cut from. */
export function suggestionYaml(rows: readonly ReviewedAnswer[]): string {
  const articles = new Map<string, { title: string; questions: Set<string> }>()
  for (const row of rows) {
    const question = row.question.replaceAll(/\s+/g, ' ').trim()
    if (question === '') continue
    const id = row.article_id ?? ''
    const article = articles.get(id) ?? { title: row.article_title ?? '', questions: new Set<string>() }
    articles.set(id, article)
    article.questions.add(question)
  }
  const lines = texts.review.yamlHead.map((line) => `# ${line}`)
  const known = [...articles].filter(([id]) => id !== '').sort(([one], [other]) => one.localeCompare(other))
  if (known.length > 0) lines.push('articles:')
  for (const [id, { title, questions }] of known) {
    lines.push(`  - id: ${text(id)}`, `    title: ${text(title)}`, '    similar:', ...[...questions].map((question) => `      - ${text(question)}`))
  }
  const others = articles.get('')
  if (others) lines.push('', `# ${texts.review.yamlNoArticle}`, ...[...others.questions].map((question) => `# - ${text(question)}`))
  return `${lines.join('\n')}\n`
}

/** A YAML string that can hold anything people type. */
function text(value: string): string {
  return /^[\p{Script=Han}a-zA-Z][\p{Script=Han}a-zA-Z0-9，。？！、_-]*$/u.test(value) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(value) ? value : JSON.stringify(value)
}
