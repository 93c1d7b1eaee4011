import { problem, type Route, urlOf } from '@mosaic/contracts/http'
import type { z } from 'zod'
import { ProblemError, UnreachableError } from './problem-error.ts'

type Part<R, Name extends string> = R extends { readonly [Key in Name]: infer Schema extends z.ZodType }
  ? Schema
  : never
type Loose<T> = { [Key in keyof T]?: T[Key] | undefined }
type Field<Name extends string, Schema extends z.ZodType, Value> = [Schema] extends [never]
  ? { readonly [Key in Name]?: never }
  : { readonly [Key in Name]: Value }

/** What a route takes: only the parts it declares. Query values are what the server sees after parsing. */
export type CallInput<R extends Route> = Field<'params', Part<R, 'params'>, z.input<Part<R, 'params'>>> &
  Field<'body', Part<R, 'body'>, z.input<Part<R, 'body'>>> & {
    readonly query?: Loose<z.output<Part<R, 'query'>>>
    readonly signal?: AbortSignal
  }

const timeLimitMs = 20_000
const signedOutListeners = new Set<() => void>()

/** Called whenever the server says that nobody is signed in. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener)
  return () => signedOutListeners.delete(listener)
}

/**
 * Calls a route of the contract and parses the answer with its schema. Throws `ProblemError` when the server refuses,
 * `UnreachableError` when there is no readable answer. A command carries an idempotency key, so that it can be sent
 * again after a lost answer without happening twice.
 */
export async function call<R extends Route>(route: R, input: CallInput<R>): Promise<z.output<R['answer']>> {
  const { params, query, body, signal } = input as {
    params?: Record<string, string>
    query?: Record<string, string | number | boolean | undefined>
    body?: unknown
    signal?: AbortSignal
  }
  const headers: Record<string, string> = { accept: 'application/json, application/problem+json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (route.method !== 'GET') headers['idempotency-key'] = crypto.randomUUID()
  const request = () =>
    fetch(urlOf(route.path, params, query), {
      method: route.method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.any([AbortSignal.timeout(timeLimitMs), ...(signal ? [signal] : [])]),
    })
  return read(route, await attempt(request))
}

async function attempt(request: () => Promise<Response>): Promise<Response> {
  try {
    return await request().catch((error: unknown) => {
      // A connection that broke under the request is tried once more; a time-out or an abort is not.
      if (error instanceof TypeError) return request()
      throw error
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new UnreachableError('Mosaic does not answer. Is it running?', { cause: error })
  }
}

async function read<R extends Route>(route: R, response: Response): Promise<z.output<R['answer']>> {
  if (!response.ok) throw await refusalOf(response)
  const content: unknown = response.status === 204 ? null : await response.json().catch(() => undefined)
  const answer = route.answer.safeParse(content)
  if (!answer.success) throw new UnreachableError(`${route.path} answered in a way that this page does not understand.`)
  return answer.data as z.output<R['answer']>
}

async function refusalOf(response: Response): Promise<Error> {
  const parsed = problem.safeParse(await response.json().catch(() => undefined))
  if (response.status === 401) for (const listener of signedOutListeners) listener()
  return parsed.success
    ? new ProblemError(parsed.data)
    : new UnreachableError(`Mosaic answered with status ${response.status}.`)
}
