import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pLimit, { type LimitFunction } from 'p-limit'
import type { ModelAddress } from '../model/index.ts'
import { isObject, isWithin } from './relay/bounds.ts'
import type { Asked, RelayedCalls } from './relay/calls.ts'
import type { Body, Spoken } from './relay/spoken.ts'

type RelayParts = {
  readonly spoken: Spoken
  readonly calls: RelayedCalls
  /** A text says why nobody can be asked. */
  readonly address: () => ModelAddress | string
  /** The one that was chosen for it: another may cost more, or not be for it. */
  readonly model: string
  readonly signal: AbortSignal
}

const mostBytes = 32 * 1024 ** 2
const mostMessages = 10_000
/** Read at a time of what one agent asks. */
const mostRead = 2
/** What an agent may say of its question. Neither keys nor cookies, nor who is to be charged, are among it. */
const said = /^(?:accept|content-type|anthropic-[\w-]+|openai-beta|user-agent)$/

/**
 * An agent's way to its model, outside of the sandbox: the key is added here. Nothing else of the model's server can be
 * reached by it.
 */
export function modelRelay(given: RelayParts) {
  const parts = { ...given, reading: pLimit(mostRead) }
  return (request: IncomingMessage, response: ServerResponse): void => {
    void relay(parts, request, response).catch(() => response.destroy())
  }
}

async function relay(
  parts: RelayParts & { readonly reading: LimitFunction },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { url = '/', method = 'GET' } = request
  const { spoken, model } = parts
  const refuse = (status: number, message: string) => refuseIn(spoken, response, { status, message })
  // Clients look whether anybody is there.
  if (url === '/' && (method === 'HEAD' || method === 'GET')) return void response.writeHead(200).end()
  const route = spoken.route(url)
  if (!route) return refuse(404, 'only messages can be asked for here')
  if (method !== 'POST') return refuse(405, 'expected POST')
  const body = await parts.reading(() => read(request))
  if (body instanceof Unread) return refuse(body.status, body.message)
  const asks = route.model ?? body['model']
  if (asks !== model) return refuse(400, `model: expected ${model}, which this agent was given`)
  const conversation = body[spoken.conversation]
  if (Array.isArray(conversation) && conversation.length > mostMessages) {
    return refuse(413, `${spoken.conversation}: expected ${mostMessages} at the most`)
  }
  const elsewhere = spoken.elsewhere(body)
  if (elsewhere)
    return refuse(400, `${elsewhere}: what an agent may reach is said by its network, not by its model's server`)
  const asked = { route, body, headers: some(request.headers) }
  return route.costs ? parts.calls.pass(asked, response, refuse) : passUncounted(parts, asked, response)
}

/** What its servers do not charge for. */
async function passUncounted({ address: at, signal, spoken }: RelayParts, asked: Asked, response: ServerResponse) {
  const address = at()
  if (typeof address === 'string') return refuseIn(spoken, response, { status: 503, message: address })
  const { route, body, headers } = asked
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const question = { body: Buffer.from(JSON.stringify(body)), headers, signal: AbortSignal.any([signal, gone.signal]) }
  const answer = await address.ask(route.path, question).catch(() => undefined)
  if (!answer) return refuseIn(spoken, response, { status: 503, message: 'the model cannot be reached' })
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' })
  if (answer.body) await pipeline(Readable.fromWeb(answer.body), response)
  else response.end()
}

class Unread {
  readonly status: number
  readonly message: string

  constructor(status: number, message: string) {
    this.status = status
    this.message = message
  }
}

async function read(request: IncomingMessage): Promise<Body | Unread> {
  const bytes = await bodyOf(request)
  if (!bytes) return new Unread(413, 'the question is larger than 32 MB')
  if (!isWithin(bytes)) return new Unread(413, 'the question has too many parts, or goes too deep')
  return parsed(bytes) ?? new Unread(400, 'expected a JSON object')
}

/** Read once, and sent on as it was read: two readers might make two things of it. */
function parsed(bytes: Buffer): Body | undefined {
  try {
    const body: unknown = JSON.parse(bytes.toString())
    return isObject(body) ? body : undefined
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

const some = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      said.test(name) && typeof value === 'string' ? [[name, value]] : [],
    ),
  )

/** In the words of its dialect, so that the agent's own client does not try again what cannot be had. */
function refuseIn(spoken: Spoken, response: ServerResponse, { status, message }: { status: number; message: string }) {
  if (response.headersSent) return void response.destroy()
  const headers = { 'content-type': 'application/json', 'x-should-retry': String(status === 503) }
  response.writeHead(status, headers).end(JSON.stringify(spoken.error(status, message)))
}
