import { getGlobalDispatcher } from 'undici'
import type { Question } from './dialect.ts'
import { HttpError, UnreachableError } from './faults.ts'
import { readError } from './read-error.ts'

type FetchDispatcher = NonNullable<RequestInit['dispatcher']>

export type Server = {
  readonly address: string
  /** Before the question's path, where the address has none of its own. */
  readonly prefix: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Asks a server, and answers its response once it has promised an answer.
 * @throws HttpError when it has not, UnreachableError when there is nobody
 */
export async function post(server: Server, { path, body }: Question, signal: AbortSignal): Promise<Response> {
  const response = await fetch(addressOf(server, path), {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: { ...server.headers, accept: '*/*', ...(body && { 'content-type': 'application/json' }) },
    // A key goes to the address that it was given for, and nowhere else.
    redirect: 'manual',
    signal,
    dispatcher: patiently(),
  }).catch((error: unknown) => {
    throw signal.aborted ? error : new UnreachableError(error)
  })
  if (response.ok) return response
  throw new HttpError(response, await readError(response))
}

/** fetch would give up after five minutes of silence, whatever may be waited for: how long, our signal says. */
export function patiently(): FetchDispatcher {
  // Node's fetch goes by this very object; its types are another release's.
  const usual = getGlobalDispatcher() as unknown as FetchDispatcher
  return usual.compose(
    (dispatch) => (options, handler) => dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler),
  )
}

/** What an address says besides its path (`?api-version=1`) stays with it. */
export function addressOf({ address, prefix }: Pick<Server, 'address' | 'prefix'>, path: string): URL {
  const base = new URL(address)
  const url = new URL((base.pathname.replace(/\/+$/, '') || prefix) + path, base.origin)
  for (const [name, value] of base.searchParams) url.searchParams.append(name, value)
  return url
}
