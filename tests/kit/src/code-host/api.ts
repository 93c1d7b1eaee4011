import type { z } from 'zod'
import type { HostedRepository } from './hosted-repository.ts'

export type ApiRequest = {
  readonly method: string
  /** Below the API's address, decoded part by part. */
  readonly parts: readonly string[]
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: unknown
}

export type ApiAnswer = {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type HostState = {
  readonly token: string
  /** Whose the token is. */
  readonly user: string
  readonly url: string
  readonly repositories: ReadonlyMap<string, HostedRepository>
}

/** One kind of host, as its published description says; whatever that does not have is refused. */
export type HostApi = {
  readonly prefix: string
  readonly answer: (host: HostState, request: ApiRequest) => ApiAnswer
}

export const answer = (body: unknown, status = 200): ApiAnswer => ({ status, body })

type Paging = { readonly size: string; readonly usual: number; readonly most: number }

/** One page of a list, and where the next one is (RFC 8288). Sizes that the host does not give are refused. */
export function pageOf(
  items: readonly unknown[],
  { query }: ApiRequest,
  { size: name, usual, most }: Paging,
  wrap: (items: readonly unknown[]) => unknown = (page) => page,
): ApiAnswer {
  const [size, page] = [Number(query.get(name) ?? usual), Number(query.get('page') ?? 1)]
  if (!Number.isInteger(size) || size < 1 || size > most || !Number.isInteger(page) || page < 1)
    return answer({ message: `${name} and page are whole numbers, ${name} at most ${most}` }, 400)
  const from = (page - 1) * size
  const more = items.length > from + size
  // Somewhere else: whoever followed it would give the token away.
  const headers = more ? { link: `<https://elsewhere.invalid/?page=${page + 1}>; rel="next"` } : {}
  return { ...answer(wrap(items.slice(from, from + size))), headers }
}

/** What of a body is wrong, if anything. */
export const wrongIn = (shape: z.ZodType, body: unknown): string | undefined => {
  const read = shape.safeParse(body)
  return read.success ? undefined : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join()
}

export const at = '2026-01-02T03:04:05Z'
