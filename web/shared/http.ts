import type { ApiErrorBody } from './contract'

/** `status` 0: the request did not reach the service. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ApiErrorBody,
  ) {
    super(body.message)
    this.name = 'ApiError'
  }

  get code(): string {
    return this.body.code
  }

  /** Worth another try with the same request: the network, an overloaded or restarting service. */
  get temporary(): boolean {
    return this.status === 0 || this.status >= 500 || [408, 425, 429].includes(this.status)
  }
}

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>

export interface CallOptions {
  method?: string
  token?: string | null
  body?: unknown
  timeout_ms?: number
}

const DEFAULT_TIMEOUT_MS = 15_000

/**
 * One JSON call.
 *
 * @throws ApiError always, whatever went wrong; `fallbackText` is its message when the service gave none.
 */
export async function callJson<T>(fetch: Fetch, url: string, options: CallOptions, fallbackText: string): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (options.token) headers.Authorization = `Bearer ${options.token}`
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  let response: Response
  let payload: unknown
  try {
    response = await fetch(url, {
      method: options.method ?? (options.body === undefined ? 'GET' : 'POST'),
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: AbortSignal.timeout(options.timeout_ms ?? DEFAULT_TIMEOUT_MS),
      credentials: 'omit',
      cache: 'no-store',
    })
    payload = await readJson(response)
  } catch {
    throw new ApiError(0, { code: 'network', message: fallbackText })
  }
  if (!response.ok) throw new ApiError(response.status, errorBody(payload, fallbackText))
  return payload as T
}

/**
 * A file of the service as text.
 *
 * @throws ApiError as callJson does.
 */
export async function callText(fetch: Fetch, url: string, token: string | null, fallbackText: string): Promise<string> {
  let response: Response
  let text: string
  try {
    const headers: Record<string, string> = token === null ? {} : { Authorization: `Bearer ${token}` }
    response = await fetch(url, { headers, signal: AbortSignal.timeout(DEFAULT_TIMEOUT_MS), credentials: 'omit', cache: 'no-store' })
    text = await response.text()
  } catch {
    throw new ApiError(0, { code: 'network', message: fallbackText })
  }
  if (response.ok) return text
  let payload: unknown = null
  try {
    payload = JSON.parse(text)
  } catch {
    // A proxy's HTML error page.
  }
  throw new ApiError(response.status, errorBody(payload, fallbackText))
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return null
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    if (response.ok) throw error
    return null // a proxy's HTML error page
  }
}

function errorBody(payload: unknown, fallbackText: string): ApiErrorBody {
  const error = (payload as { error?: Partial<ApiErrorBody> } | null)?.error
  if (typeof error?.message === 'string') return { ...error, code: error.code ?? 'error', message: error.message }
  return { code: 'error', message: fallbackText }
}
