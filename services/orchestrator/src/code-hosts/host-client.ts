import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '@mosaic/contracts/kernel'
import type { LRUCache } from 'lru-cache'
import type { z } from 'zod'
import { CodeHostFault } from './contract.ts'
import { faultOf } from './fault-of.ts'
import { notUnderstood } from './not-understood.ts'
import { readBody } from './read-body.ts'

/** What a host has answered, for as long as it says that this is still so (RFC 9110 §13.1.2). */
export type Answers = LRUCache<string, { readonly etag: string; readonly body: unknown }>

export type HostClientSettings = {
  /** Of the API. */
  readonly apiUrl: string
  readonly headers: Readonly<Record<string, string>>
  /** How the kind's pages are asked for, and how much stands on one. */
  readonly paging: { readonly size: number; readonly query: (page: number) => Query }
  readonly answers: Answers
  /** Milliseconds: until an answer is no longer waited for, and before it is asked for again. */
  readonly timeoutMs?: number
  readonly pausesMs?: readonly number[]
}

type Query = Readonly<Record<string, string | number>>

const usualTimeoutMs = 20_000
/** What a deployment or a restart takes. */
const usualPausesMs = [500, 2000]
/** As many as anybody would read; a host that always has one more page is not followed for ever. */
const mostPages = 10

/**
 * Asks a host over HTTP. The token goes to the address that it was given for and nowhere else: no redirect and no link to
 * a next page is followed.
 */
export class HostClient {
  readonly #settings: HostClientSettings

  constructor(settings: HostClientSettings) {
    this.#settings = settings
  }

  /** Asked again where the host is not there: reading changes nothing. @throws CodeHostFault */
  async get<Shape extends z.ZodType>(path: string, shape: Shape, query: Query = {}): Promise<z.output<Shape>> {
    const { pausesMs = usualPausesMs } = this.#settings
    const url = this.#urlOf(path, query)
    for (const pauseMs of pausesMs) {
      try {
        return parsed(await this.#read(url), shape)
      } catch (error) {
        if (!(error instanceof CodeHostFault) || error.code !== 'UNAVAILABLE') throw error
        await delay(pauseMs)
      }
    }
    return parsed(await this.#read(url), shape)
  }

  /** What is not there is `null`. @throws CodeHostFault */
  async find<Shape extends z.ZodType>(path: string, shape: Shape, query: Query = {}): Promise<z.output<Shape> | null> {
    try {
      return await this.get(path, shape, query)
    } catch (error) {
      if (error instanceof CodeHostFault && error.code === 'NOT_FOUND') return null
      throw error
    }
  }

  /** All pages of a list; `within` takes it out of what a page is. @throws CodeHostFault */
  async list<Shape extends z.ZodType<readonly unknown[]>>(
    path: string,
    shape: Shape,
    query: Query = {},
  ): Promise<z.output<Shape>[number][]> {
    const { size, query: pageQuery } = this.#settings.paging
    const items: z.output<Shape>[number][] = []
    for (let page = 1; page <= mostPages; page++) {
      const found = await this.get(path, shape, { ...query, ...pageQuery(page) })
      items.push(...found)
      if (found.length < size) break
    }
    return items
  }

  /** Once: whether it was done, after an answer that did not come, is for the caller to find out. @throws CodeHostFault */
  async post<Shape extends z.ZodType>(path: string, body: object, shape: Shape): Promise<z.output<Shape>> {
    const init = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const response = await this.#fetch(this.#urlOf(path, {}), init)
    return parsed(await readBody(response), shape)
  }

  async #read(url: string): Promise<unknown> {
    const { answers } = this.#settings
    const known = answers.get(url)
    const response = await this.#fetch(url, { headers: known ? { 'if-none-match': known.etag } : {} })
    if (response.status === 304 && known) return known.body
    const body = await readBody(response)
    const etag = response.headers.get('etag')
    if (etag !== null && etag.length <= 1000) answers.set(url, { etag, body })
    return body
  }

  async #fetch(url: string, { headers, ...init }: RequestInit & { headers: Record<string, string> }) {
    const { timeoutMs = usualTimeoutMs } = this.#settings
    const response = await fetch(url, {
      ...init,
      headers: { accept: 'application/json', 'user-agent': 'mosaic', ...this.#settings.headers, ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((cause: unknown) => {
      throw new CodeHostFault('UNAVAILABLE', unreachable(cause, timeoutMs), { cause })
    })
    if (response.ok || response.status === 304) return response
    throw await faultOf(response, systemClock.now())
  }

  #urlOf(path: string, query: Query): string {
    const url = new URL(this.#settings.apiUrl + path)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
    return url.href
  }
}

function parsed<Shape extends z.ZodType>(body: unknown, shape: Shape): z.output<Shape> {
  const read = shape.safeParse(body)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw notUnderstood(`${issue?.path.join('.') || 'its root'}: ${issue?.message}`, read.error)
}

function unreachable(cause: unknown, timeoutMs: number): string {
  if (cause instanceof DOMException && cause.name === 'TimeoutError')
    return `did not answer within ${timeoutMs / 1000} s`
  const root = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  return `cannot be reached: ${root instanceof Error ? root.message : String(root)}`
}
