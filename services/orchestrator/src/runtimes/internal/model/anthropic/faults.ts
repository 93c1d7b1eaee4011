import { APIConnectionError, APIError } from '@anthropic-ai/sdk'
import { ModelFault } from '../contract.ts'

/** What was sent is no answer, or not a whole one. The message goes on from "the server …". */
export class AnswerBrokenError extends Error {
  override readonly name = 'AnswerBrokenError'
}

/** Named in the stream itself, where there is no HTTP status any more. */
export class ServerError extends Error {
  override readonly name = 'ServerError'
  readonly type: string | null

  constructor({
    type,
    message,
  }: { readonly type?: string | null | undefined; readonly message?: string | null | undefined }) {
    super(message || type || 'said that there was an error, and no more')
    this.type = type ?? null
  }
}

type Objection = {
  readonly status: number | undefined
  readonly type: string | null
  readonly said: string
  readonly retryAfterMs: number | undefined
}

/** What a failed call means for the session. @param gateway Who was asked, as people know it. */
export function faultOf(error: unknown, gateway: string, now: Date): ModelFault {
  const fault = (kind: ModelFault['kind'], words: string, retryAfterMs?: number) =>
    new ModelFault(kind, `${gateway} ${words}`, { cause: error, retryAfterMs })
  if (error instanceof AnswerBrokenError) return fault('ANSWER_BROKEN', error.message)
  if (error instanceof ServerError) {
    const objection = { status: undefined, type: error.type, said: error.message, retryAfterMs: undefined }
    return fault(kindOf(objection), `broke its answer off: ${error.message}`)
  }
  if (error instanceof APIConnectionError)
    return fault('SERVER_UNREACHABLE', `cannot be reached: ${rootOf(error).message}`)
  if (error instanceof APIError && error.status !== undefined) {
    const said = saidBy(error)
    const retryAfter = retryAfterMs(error.headers, now)
    const kind = kindOf({ status: error.status, type: error.type, said, retryAfterMs: retryAfter })
    return fault(kind, `answered ${error.status}: ${said}`, retryAfter)
  }
  // A connection that breaks in the middle of the answer comes as undici's plain `TypeError: terminated`.
  const { message } = error instanceof Error ? rootOf(error) : new Error(String(error))
  return fault('ANSWER_BROKEN', `broke its answer off: ${message}`)
}

function kindOf({ status, type, said, retryAfterMs: asked }: Objection): ModelFault['kind'] {
  if (status === 429 || type === 'rate_limit_error') return 'RATE_LIMITED'
  if (status === 529 || type === 'overloaded_error' || (status === 503 && asked !== undefined)) return 'OVERLOADED'
  if (status === undefined || status === 408 || status === 409 || status >= 500) return 'SERVER_FAULT'
  return status === 413 || tooLong.test(said) ? 'CONTEXT_FULL' : 'REFUSED'
}

/** How Anthropic and others say that the conversation is longer than the model's window. */
const tooLong =
  /prompt is too long|maximum context length|context[ _]length|context[ _](window|limit|size)|exceeds? the (available )?context|too many (input |prompt )?tokens/i

/** The server's own sentence where there is one; never a page of HTML, headers or keys. */
function saidBy(error: APIError): string {
  const said = (error.apiMessage ?? error.message).trim()
  return (looksLikeHtml(said) ? `a web page (${titleOf(said)})` : said).slice(0, 2000).toWellFormed()
}

export const looksLikeHtml = (text: string): boolean => /^(\d{3} )?\s*"?\s*<(!doctype|html|head|body)\b/i.test(text)

export function titleOf(html: string): string {
  const title = /<title[^>]{0,200}>([^<]{0,200})/i.exec(html)?.[1] ?? ''
  return title.replaceAll(/\s+/g, ' ').trim() || 'without a title'
}

/** How long the server asks to wait, in milliseconds (RFC 9110 §10.2.3: seconds or a date), or until its limits are set anew. */
export function retryAfterMs(headers: Headers | undefined, now: Date): number | undefined {
  const value = headers?.get('retry-after')?.trim()
  const asked = value ? momentMs(value, now) : undefined
  return asked ?? resetMs(headers, now)
}

function momentMs(value: string, now: Date): number | undefined {
  const milliseconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime()
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined
}

/** The limits that are used up, by Anthropic's headers; the last of them to be set anew counts. */
function resetMs(headers: Headers | undefined, now: Date): number | undefined {
  const resets = ['requests', 'tokens', 'input-tokens', 'output-tokens'].flatMap((limit) => {
    const name = `anthropic-ratelimit-${limit}`
    const reset = headers?.get(`${name}-remaining`) === '0' ? headers.get(`${name}-reset`) : null
    const milliseconds = reset ? momentMs(reset, now) : undefined
    return milliseconds === undefined ? [] : [milliseconds]
  })
  return resets.length > 0 ? Math.max(...resets) : undefined
}

/** `fetch failed` and the like wrap what really happened. */
const rootOf = (error: Error): Error => (error.cause instanceof Error ? rootOf(error.cause) : error)
