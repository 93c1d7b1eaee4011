import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { actorHeaders, problem, type Route, urlOf } from '@mosaic/contracts/http'
import type { z } from 'zod'
import { CliError, exitCodes } from '../cli.ts'
import type { Access } from './access.ts'
import { RefusedError } from './refusal.ts'

type Query = Readonly<Record<string, string | number | boolean | undefined>>
export type Call = {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Query
  readonly body?: unknown
  /** For what takes longer than a command does. */
  readonly timeoutMs?: number
}

export type Client = {
  call<R extends Route>(route: R, options?: Call): Promise<z.output<R['answer']>>
  /** An open answer, for streams. Refusals are thrown as by `call`. */
  open(path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response>
}

const usualTimeoutMs = 90_000

/** Speaks to the gateway by the routes of the contracts. Throws RefusedError, or CliError when nobody answers. */
export function createClient({ url, token }: Access): Client {
  const send = async (path: string, init: RequestInit & { headers?: Record<string, string> }): Promise<Response> => {
    try {
      const headers = { ...init.headers, authorization: `Bearer ${token}` }
      return await fetch(url.replace(/\/$/, '') + path, { ...init, headers })
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error
      throw unreachable(url, error)
    }
  }
  return {
    async call(route, { params, query, body, timeoutMs = usualTimeoutMs } = {}) {
      // One key for all attempts: a command that got through before the connection broke counts once.
      const headers = { 'content-type': 'application/json', [actorHeaders.idempotencyKey]: randomUUID() }
      const response = await overCuts(() =>
        send(urlOf(route.path, params, query), {
          method: route.method,
          signal: AbortSignal.timeout(timeoutMs),
          ...(body !== undefined && { body: JSON.stringify(body), headers }),
        }),
      )
      if (!response.ok) throw await refusal(response)
      const answer = route.answer.safeParse(response.status === 204 ? null : await response.json())
      if (answer.success) return answer.data as z.output<(typeof route)['answer']>
      throw new CliError('The gateway answered something that this version does not understand.', {
        hint: 'Are CLI and gateway of the same version?',
        cause: answer.error,
      })
    },
    async open(path, headers, signal) {
      const response = await send(path, { headers: { ...headers, accept: 'text/event-stream' }, signal })
      if (!response.ok) throw await refusal(response)
      return response
    },
  }
}

const attempts = 10

/** Sends again when the connection broke before the answer: the gateway is being restarted. Not when none was there. */
export async function overCuts<T>(send: () => Promise<T>, pauseMs = 500): Promise<T> {
  let wasThere = false
  for (let attempt = 1; ; attempt++) {
    try {
      return await send()
    } catch (error) {
      const code = codeOf(error)
      wasThere ||= ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(code)
      if (!wasThere || code === '' || attempt === attempts) throw error
      await wait(pauseMs)
    }
  }
}

/** The system's code at the bottom of an error; empty for an error of another kind. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause)
}

function unreachable(url: string, cause: unknown): CliError {
  const late = cause instanceof DOMException && cause.name === 'TimeoutError'
  return new CliError(`The gateway at ${url} ${late ? 'does not answer in time' : 'cannot be reached'}.`, {
    exitCode: exitCodes.notRunning,
    hint: '"mosaic status" says how the components are.',
    cause,
  })
}

async function refusal(response: Response): Promise<CliError> {
  const parsed = problem.safeParse(await response.json().catch(() => undefined))
  return parsed.success ? new RefusedError(parsed.data) : new CliError(`The gateway answered ${response.status}.`)
}
