import { CodeHostFault } from './contract.ts'
import { readText } from './read-body.ts'
import { firstLine } from './words.ts'

const mostBytes = 64 * 1024

/** What an answer that is none means, in the host's own first line. */
export async function faultOf(response: Response, now: Date): Promise<CodeHostFault> {
  const { status, headers } = response
  if (status >= 300 && status < 400) {
    await response.body?.cancel()
    const message = `redirects to ${firstLine(headers.get('location') ?? 'nowhere')}, which is not followed`
    return new CodeHostFault('NOT_UNDERSTOOD', message)
  }
  const said = firstLine(saidIn((await readText(response, mostBytes)) ?? ''))
  const message = said === '' ? `answered ${status}` : `answered ${status}: ${said}`
  const retryAfterMs = askedPauseMs(headers, now)
  const isLimited = status === 429 || (status === 403 && retryAfterMs !== undefined)
  if (isLimited) return new CodeHostFault('LIMITED', message, { retryAfterMs: retryAfterMs ?? 60_000 })
  if (status === 401 || status === 403) return new CodeHostFault('REFUSED', message)
  if (status === 404 || status === 410) return new CodeHostFault('NOT_FOUND', message)
  if (status === 408 || status >= 500) return new CodeHostFault('UNAVAILABLE', message)
  return new CodeHostFault('INVALID', message)
}

/**
 * Until when a host wants to be left alone, in milliseconds: Retry-After (RFC 9110 §10.2.3), or where its limits are used up
 * the moment at which they are set anew (GitHub's and GitLab's headers; seconds since 1970).
 */
function askedPauseMs(headers: Headers, now: Date): number | undefined {
  const asked = headers.get('retry-after')?.trim()
  if (asked) {
    const ms = /^\d+$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - now.getTime()
    if (Number.isFinite(ms)) return Math.max(0, ms)
  }
  for (const name of ['x-ratelimit', 'ratelimit']) {
    const reset = Number(headers.get(`${name}-reset`) ?? Number.NaN)
    if (headers.get(`${name}-remaining`) === '0' && Number.isFinite(reset)) {
      return Math.max(0, reset * 1000 - now.getTime())
    }
  }
  return undefined
}

/** GitHub: `{message, errors: [{message?, field?, code?}]}`; Gitea: `{message}`; GitLab: `{message: text | list | lists by field}` or `{error}`. */
function saidIn(text: string): string {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return /^\s*</.test(text) ? 'a web page' : text
  }
  if (typeof body !== 'object' || body === null) return ''
  const { message, error, errors } = body as { message?: unknown; error?: unknown; errors?: unknown }
  const details = Array.isArray(errors) ? errors.map(detailOf).filter((detail) => detail !== '') : []
  return [flat(message) || flat(error), ...details].filter((part) => part !== '').join('; ')
}

function detailOf(error: unknown): string {
  if (typeof error === 'string') return error
  const { message, field, code } = (error ?? {}) as { message?: unknown; field?: unknown; code?: unknown }
  return typeof message === 'string' ? message : [field, code].filter((part) => typeof part === 'string').join(' ')
}

function flat(said: unknown): string {
  if (typeof said === 'string') return said
  if (Array.isArray(said)) return said.filter((part) => typeof part === 'string').join(', ')
  if (typeof said !== 'object' || said === null) return ''
  return Object.entries(said)
    .map(([field, why]) => `${field} ${flat(why)}`)
    .join('; ')
}
