import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ModelAddress, Tokens } from '../model/index.ts'

/** Who answers for a provider; a text says why nobody can be asked. */
export type Addresses = (modelProvider: string) => ModelAddress | string

type RelayParts = {
  /** Asked anew for each call: keys are changed while agents run. A text says why nobody can be asked. */
  readonly address: () => ModelAddress | string
  /** The one that was chosen for it: another may cost more, or not be for it. */
  readonly model: string
  readonly signal: AbortSignal
  readonly onTokens: (model: string, tokens: Tokens) => void
}

const mostBytes = 32 * 1024 ** 2
/** What an agent may say of its question, and a server of its answer. Neither keys nor cookies are among it. */
const asked = /^(?:accept|content-type|anthropic-[\w-]+|user-agent)$/
const answered = /^(?:content-type|request-id|retry-after|anthropic-ratelimit-[\w-]+|x-should-retry)$/

/** All that an agent's own client of the Messages API asks. */
const paths = /^\/(?:v1\/messages(?:\/count_tokens)?)?(?:\?[\w=&%.-]*)?$/

/**
 * An agent's way to its model, outside of the sandbox: the key is added here, and what answers have cost is counted. Nothing
 * else of the model's server can be reached by it.
 */
export function modelRelay(parts: RelayParts) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    void relay(parts, request, response).catch(() => response.destroy())
  }
}

async function relay(parts: RelayParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = '/', method = 'GET' } = request
  if (!paths.test(url)) return refuse(response, 404, 'not_found_error', 'only messages can be asked for here')
  if (method === 'HEAD' || (method === 'GET' && url === '/')) return void response.writeHead(200).end()
  if (method !== 'POST') return refuse(response, 405, 'invalid_request_error', 'expected POST')
  const body = await bodyOf(request)
  if (!body) return refuse(response, 413, 'request_too_large', 'the question is larger than 32 MB')
  if (modelOf(body) !== parts.model) {
    return refuse(response, 400, 'invalid_request_error', `model: expected ${parts.model}, which this agent was given`)
  }
  const address = parts.address()
  if (typeof address === 'string') return refuse(response, 503, 'overloaded_error', address)
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const answer = await address.ask(url, {
    body,
    headers: some(Object.entries(request.headers), asked),
    signal: AbortSignal.any([parts.signal, gone.signal]),
  })
  if (!answer) return refuse(response, 503, 'overloaded_error', 'the model cannot be reached')
  response.writeHead(answer.status, some([...answer.headers], answered))
  if (!answer.body) return void response.end()
  const isMessage = answer.ok && !url.includes('count_tokens')
  const [shown, counted] = isMessage ? answer.body.tee() : [answer.body, undefined]
  if (counted) void count(address, new Response(counted, answer), parts.onTokens)
  await pipeline(Readable.fromWeb(shown), response)
}

/** What is no whole message has not been counted by its server either. */
async function count({ read }: ModelAddress, answer: Response, onTokens: RelayParts['onTokens']): Promise<void> {
  try {
    const { model, tokens } = await read(answer)
    if (tokens) onTokens(model, tokens)
  } catch {
    await answer.body?.cancel().catch(() => undefined)
  }
}

function modelOf(body: Buffer): unknown {
  try {
    return (JSON.parse(body.toString()) as { model?: unknown } | null)?.model
  } catch {
    return undefined
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > mostBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function some(headers: readonly (readonly [string, unknown])[], which: RegExp): Record<string, string> {
  return Object.fromEntries(
    headers.flatMap(([name, value]) => (which.test(name) && typeof value === 'string' ? [[name, value]] : [])),
  )
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  const body = JSON.stringify({ type: 'error', error: { type, message } })
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}
