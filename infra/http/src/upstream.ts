import { actorHeaders, problem, type RejectionCode, type Route, urlOf } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { currentTraceparent } from '@mosaic/telemetry'
import type { z } from 'zod'

export type UpstreamCall = {
  readonly params?: Readonly<Record<string, string>> | undefined
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds until the caller is told that nobody answers. */
  readonly timeoutMs?: number
  /** Nobody waits for the answer any more once it is aborted. */
  readonly signal?: AbortSignal
}

/** Another service of Mosaic, spoken to by the routes of the contracts. */
export type Upstream = {
  call<R extends Route>(
    route: R,
    options?: UpstreamCall,
  ): Promise<Result<z.output<R['answer']>, Rejection<RejectionCode>>>
}

/** For an answer that nothing slow has to be asked for. */
export const defaultTimeoutMs = 20_000

/** `unavailable` is the refusal that stands for "does not answer". Problems of the service are passed on as they are. */
export function createUpstream(options: {
  readonly name: string
  readonly url: string
  readonly unavailable: RejectionCode
  readonly headers?: Readonly<Record<string, string>>
}): Upstream {
  const gone = (message: string) => err({ code: options.unavailable, message: `the ${options.name} ${message}` })
  return {
    async call(route, { params, query, body, headers, timeoutMs = defaultTimeoutMs, signal } = {}) {
      const traceparent = currentTraceparent()
      const url = options.url.replace(/\/$/, '') + urlOf(route.path, params, query)
      try {
        const response = await fetch(url, {
          method: route.method,
          headers: {
            ...options.headers,
            ...(traceparent !== undefined && { [actorHeaders.traceparent]: traceparent }),
            ...headers,
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
          redirect: 'error',
        })
        // 204 has no body, and stands for `null`.
        const answer: unknown = response.status === 204 ? null : await response.json()
        return read(route, response.ok, answer) ?? gone('answered something that is not understood')
      } catch (error) {
        const late = error instanceof DOMException && error.name === 'TimeoutError'
        return gone(late ? `did not answer within ${timeoutMs / 1000} s` : 'cannot be reached')
      }
    },
  }
}

function read<R extends Route>(
  route: R,
  isAnswer: boolean,
  body: unknown,
): Result<z.output<R['answer']>, Rejection<RejectionCode>> | undefined {
  if (isAnswer) {
    const answer = route.answer.safeParse(body)
    return answer.success ? ok(answer.data as z.output<R['answer']>) : undefined
  }
  const refused = problem.safeParse(body)
  if (!refused.success) return undefined
  const { code, detail, field, details } = refused.data
  return err({ code, message: detail, ...(field !== undefined && { field }), ...(details && { details }) })
}
