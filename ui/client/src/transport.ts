import { actorHeaders, problem, type Route, urlOf } from '@mosaic/contracts/http'
import type { z } from 'zod'
import type { WireInput } from './call.ts'
import { ProblemError, UnreachableError } from './errors.ts'
import { overCuts } from './over-cuts.ts'

export type Transport = {
  /** Calls a route and parses the answer with its schema. */
  call(route: Route, input: WireInput): Promise<z.output<Route['answer']>>
  /** An open answer, for streams. */
  open(path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response>
}

export type TransportOptions = {
  /** Without a slash at the end. */
  readonly url: string
  /** Goes with every request: `authorization`, where no cookie says who asks. */
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly onSignedOut: () => void
}

export function createTransport({ url, headers, timeoutMs, onSignedOut }: TransportOptions): Transport {
  type Init = Omit<RequestInit, 'signal'> & { headers: Record<string, string>; signal: AbortSignal }
  const send = (path: string, init: Init) => {
    const request = { ...init, headers: { ...headers, ...init.headers } }
    return overCuts(() => fetch(url + path, request), { signal: init.signal }).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') throw error
      const late = error instanceof DOMException && error.name === 'TimeoutError'
      throw new UnreachableError(`Mosaic ${late ? 'does not answer in time' : 'cannot be reached'}.`, { cause: error })
    })
  }
  const accept = async (response: Response): Promise<Response> => {
    if (response.ok) return response
    if (response.status === 401) onSignedOut()
    const parsed = problem.safeParse(await response.json().catch(() => undefined))
    if (parsed.success) throw new ProblemError(parsed.data)
    throw new UnreachableError(`Mosaic answered with status ${response.status}.`)
  }
  return {
    async call(route, { params, query, body, signal, timeoutMs: limit = timeoutMs }) {
      const response = await send(urlOf(route.path, params, query), {
        method: route.method,
        headers: {
          accept: 'application/json, application/problem+json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          // One key for all attempts: a command that got through before the connection broke counts once.
          ...(route.method !== 'GET' && { [actorHeaders.idempotencyKey]: crypto.randomUUID() }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([AbortSignal.timeout(limit), ...(signal ? [signal] : [])]),
      })
      return read(route, await accept(response))
    },
    async open(path, extra, signal) {
      return accept(await send(path, { headers: { ...extra, accept: 'text/event-stream' }, signal }))
    },
  }
}

async function read(route: Route, response: Response): Promise<unknown> {
  const content: unknown = response.status === 204 ? null : await response.json().catch(() => undefined)
  const answer = route.answer.safeParse(content)
  if (answer.success) return answer.data
  const message = `${route.path} answered in a way that this version does not understand.`
  throw new UnreachableError(message, { cause: answer.error })
}
