import { ModelFault } from '../contract.ts'
import type { Objection } from './read-error.ts'
import { retryAfterMs } from './retry-after.ts'

/** What was sent is no answer, or not a whole one. The message goes on from "the server …". */
export class AnswerBrokenError extends Error {
  override readonly name = 'AnswerBrokenError'
}

/** Said within the answer itself, where there is no HTTP status any more. */
export class ServerError extends Error {
  override readonly name = 'ServerError'
  readonly objection: Objection

  constructor(objection: Objection) {
    super(objection.said || objection.words[0] || 'said that there was an error, and no more')
    this.objection = objection
  }
}

/** An answer that is none, by its status. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number
  readonly headers: Headers
  readonly objection: Objection

  constructor({ status, headers }: Pick<Response, 'status' | 'headers'>, objection: Objection) {
    super(`${status}: ${objection.said}`)
    this.status = status
    this.headers = headers
    this.objection = objection
  }

  /** The server's own sentence where there is one; never a page of HTML, headers or keys. */
  get said(): string {
    const location = this.headers.get('location')
    if (this.status >= 300 && this.status < 400 && location) return `a redirect to ${location.slice(0, 500)}`
    const { said } = this.objection
    return (looksLikeHtml(said) ? `a web page (${titleOf(said)})` : said).slice(0, 2000).toWellFormed()
  }
}

/** Nobody is there. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'

  constructor(cause: unknown) {
    super(rootOf(cause).message, { cause })
  }
}

/** What a failed call means for the session. @param gateway Who was asked, as people know it. */
export function faultOf(error: unknown, gateway: string, now: Date): ModelFault {
  const fault = (kind: ModelFault['kind'], words: string, retryAfter?: number) =>
    new ModelFault(kind, `${gateway} ${words}`, { cause: error, retryAfterMs: retryAfter })
  if (error instanceof AnswerBrokenError) return fault('ANSWER_BROKEN', error.message)
  if (error instanceof UnreachableError) return fault('SERVER_UNREACHABLE', `cannot be reached: ${error.message}`)
  if (error instanceof ServerError) {
    const { objection } = error
    const kind = kindOf(objection)
    return fault(kind, `broke its answer off: ${error.message}`, objection.retryAfterMs)
  }
  if (error instanceof HttpError) {
    const { status, said, objection } = error
    const asked = objection.retryAfterMs ?? retryAfterMs(error.headers, now)
    const kind = kindOf({ ...objection, status, said, retryAfterMs: asked })
    return fault(kind, `answered ${status}: ${said}`, asked)
  }
  // A connection that breaks in the middle of the answer comes as undici's plain `TypeError: terminated`.
  return fault('ANSWER_BROKEN', `broke its answer off: ${rootOf(error).message}`)
}

function kindOf({ status, words, said, retryAfterMs: asked }: Objection): ModelFault['kind'] {
  const isOneOf = (names: ReadonlySet<string>) => words.some((word) => names.has(word))
  if (status === 429 || isOneOf(rateLimits)) return 'RATE_LIMITED'
  if (status === 529 || isOneOf(overloads)) return 'OVERLOADED'
  if (status === 503 && asked !== undefined) return 'OVERLOADED'
  if ((status === undefined || status === 503) && overloaded.test(said)) return 'OVERLOADED'
  if (status === 413 || ((status === undefined || status < 500) && tooLong.test(said))) return 'CONTEXT_FULL'
  return status === undefined || status === 408 || status === 409 || status >= 500 ? 'SERVER_FAULT' : 'REFUSED'
}

const rateLimits: ReadonlySet<string> = new Set(['rate_limit_error', 'rate_limit_exceeded', 'RESOURCE_EXHAUSTED'])
const overloads: ReadonlySet<string> = new Set(['overloaded_error', 'server_is_overloaded', 'slow_down', 'UNAVAILABLE'])
const overloaded = /overloaded|server (is )?busy|over(loaded)? capacity/i

/** How servers say that the conversation is longer than the model's window. */
const tooLong =
  /prompt (is )?too long|maximum context length|context[ _]length|context[ _](window|limit|size)|exceeds? the (available )?context|exceeds the maximum number of tokens|too many (input |prompt )?tokens/i

export const looksLikeHtml = (text: string): boolean => /^(\d{3} )?\s*"?\s*<(!doctype|html|head|body)\b/i.test(text)

export function titleOf(html: string): string {
  const title = /<title[^>]{0,200}>([^<]{0,200})/i.exec(html)?.[1] ?? ''
  return title.replaceAll(/\s+/g, ' ').trim() || 'without a title'
}

/** `fetch failed` and the like wrap what really happened. */
function rootOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  return error.cause instanceof Error ? rootOf(error.cause) : error
}
