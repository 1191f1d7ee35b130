import type { Attachment } from './contract'
import { ApiError, type Fetch } from './http'
import { filled, type PathWith } from './typedCall'

/** As the service accepts them (handoff/attachments/kinds.py); what a browser offers to choose from. */
export const ACCEPTED = 'image/jpeg,image/png,image/gif,image/webp,.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.txt,.csv,.zip,.mp3,.m4a,.wav,.amr,.mp4'
export const MOST_A_MESSAGE = 9
const FILE = '/api/v1/attachments/{address}' satisfies PathWith<'get'>
const UPLOAD_TIMEOUT_MS = 120_000
const PICTURES = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp'])

export function isPicture(attachment: Pick<Attachment, 'content_type'>): boolean {
  return PICTURES.has(attachment.content_type)
}

/** `server` ends with a slash. */
export function attachmentUrl(server: string, id: string): string {
  return new URL(filled(FILE, { address: id }).slice(1), server).href
}

/** What stands for files where only text is shown; the service makes the same (kinds.label). */
export function placeholder(attachments: readonly Pick<Attachment, 'content_type' | 'name'>[]): string {
  return attachments.map(label).join('\n')
}

/** A message's words; none when its text only stands for its files. */
export function wordsOf(message: { text: string; attachments: readonly Pick<Attachment, 'content_type' | 'name'>[] }): string {
  const { text, attachments } = message
  return attachments.length > 0 && text === placeholder(attachments) ? '' : text
}

export function sizeText(size_bytes: number): string {
  if (size_bytes < 1024) return `${String(size_bytes)} B`
  const kilobytes = size_bytes / 1024
  return kilobytes < 1024 ? `${kilobytes.toFixed(0)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`
}

/**
 * Uploads one file; its id can then be sent with a message.
 *
 * @throws ApiError with words for people, `fallbackText` when the service gave none.
 */
export async function upload(fetch: Fetch, url: string, token: string | null, file: File, fallbackText: string): Promise<Attachment> {
  let response: Response
  let payload: Attachment | { error?: { code: string; message: string } }
  try {
    response = await fetch(`${url}?name=${encodeURIComponent(file.name.slice(-200) || 'file')}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream', ...(token === null ? {} : { Authorization: `Bearer ${token}` }) },
      body: file,
      signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
      credentials: 'omit',
    })
    payload = (await response.json()) as typeof payload
  } catch {
    throw new ApiError(0, { code: 'network', message: fallbackText })
  }
  if ('id' in payload) return payload
  throw new ApiError(response.status, payload.error ?? { code: 'error', message: fallbackText })
}

/* eslint-disable no-restricted-syntax -- Compared with what the service stores, whatever the reader's language. */
function label({ content_type, name }: Pick<Attachment, 'content_type' | 'name'>): string {
  if (PICTURES.has(content_type)) return '[图片]'
  if (content_type.startsWith('audio/')) return '[语音]'
  return content_type.startsWith('video/') ? '[视频]' : `[文件] ${name}`
}
/* eslint-enable no-restricted-syntax */
