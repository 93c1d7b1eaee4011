import type { z } from 'zod'
import type { Role } from '../operator/index.ts'

/** A route as surfaces and services share it. `:name` in the path is a path parameter. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: `/${string}`
  /** Who may call it: an operator who holds this role (or a higher one), everyone, or other services of Mosaic alone. */
  readonly role: Role | 'public' | 'service'
  /** A machine that has joined as a worker may call it too, by its own credential. */
  readonly forWorkers?: true
  readonly summary: string
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly answer: z.ZodType
  readonly status?: 200 | 201 | 202 | 204
}

export const route = <const R extends Route>(definition: R): R => definition

/** A route of the gateway's that stands at another service as well: the gateway asks on behalf of whom it let in. */
export const forServices = <const R extends Route>(definition: R): Omit<R, 'role'> & { readonly role: 'service' } => ({
  ...definition,
  role: 'service',
})

/** The path with its parameters filled in and percent-encoded, and the query appended. Throws on a missing parameter. */
export function urlOf(
  path: string,
  params: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, string | number | boolean | undefined>> = {},
): string {
  const filled = path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = params[name]
    if (value === undefined) throw new TypeError(`${path}: missing path parameter ${name}`)
    return encodeURIComponent(value)
  })
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return search.size > 0 ? `${filled}?${search}` : filled
}
