import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { WebSocket } from 'ws'
import { type Destination, destinationOf, type OutgoingRules } from './destination.ts'
import { faultOf, OutgoingFault } from './fault.ts'

type Limits = {
  /** Milliseconds until the answer, or the open connection, is no longer waited for. */
  readonly timeoutMs: number
  /** Of an answer's body, or of one message. */
  readonly mostBytes: number
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}
export type OutgoingRequest = Limits & { readonly method?: string; readonly body?: string }
export type OutgoingAnswer = {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}
export type OutgoingSocket = Limits & {
  /** Is given the connection the moment it is open, before anything that came over it is read. */
  readonly attach: (socket: WebSocket) => void
}

/** Certificate authorities that are trusted besides those of Node, in PEM form. */
type Trust = { readonly authorities?: readonly string[] | undefined }

/**
 * Speaks with addresses that people configure. Each connection goes to an address that was judged for it; no redirect is
 * followed, no connection is kept for the next request. @throws OutgoingFault
 */
export class Outgoing {
  readonly #rules: OutgoingRules
  readonly #ca: string[] | undefined

  constructor({ authorities, ...rules }: OutgoingRules & Trust) {
    this.#rules = rules
    this.#ca = authorities && [...authorities]
  }

  /** Whether an address may be spoken with as its name is answered now; nothing is sent there. */
  async check(address: string): Promise<void> {
    await destinationOf(address, this.#rules)
  }

  async request(address: string, asked: OutgoingRequest): Promise<OutgoingAnswer> {
    const destination = await destinationOf(address, this.#rules)
    const { method = 'GET', headers = {}, body } = asked
    const signal = within(asked)
    const { url, isTls } = destination
    const target = new URL(url.pathname + url.search, `${isTls ? 'https' : 'http'}://${url.host}`)
    const request = isTls ? httpsRequest : httpRequest
    const sent = request(target, { ...this.#connection(destination), method, headers, signal })
    sent.end(body)
    try {
      const answer = await answered(sent)
      return { status: answer.statusCode ?? 0, headers: answer.headers, body: await bodyOf(answer, asked.mostBytes) }
    } catch (error) {
      throw faultOf(error, destination.shown)
    } finally {
      sent.destroy()
    }
  }

  async webSocket(address: string, asked: OutgoingSocket): Promise<WebSocket> {
    const destination = await destinationOf(address, this.#rules)
    const { url, isTls, shown } = destination
    const socket = new WebSocket(`${isTls ? 'wss' : 'ws'}://${url.host}${url.pathname}${url.search}`, {
      ...this.#connection(destination),
      ...(asked.headers && { headers: { ...asked.headers } }),
      followRedirects: false,
      handshakeTimeout: asked.timeoutMs,
      maxPayload: asked.mostBytes,
      perMessageDeflate: false,
    })
    return opened(socket, { shown, attach: asked.attach, signal: within(asked) })
  }

  /** A name is not asked for again: what was judged is what is connected to. */
  #connection({ addresses }: Destination) {
    const lookup = ((_, __, answer) => answer(null, [...addresses])) as LookupFunction
    return { lookup, agent: false, autoSelectFamily: true, ...(this.#ca && { ca: this.#ca }) } as const
  }
}

const within = ({ timeoutMs, signal }: Limits): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])])

const answered = (sent: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('upgrade', (_, socket) => void socket.destroy())
    sent.on('error', reject)
    sent.once('close', () => reject(new Error('closed')))
  })

async function bodyOf(answer: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > mostBytes) throw new OutgoingFault('NOT_A_GATEWAY', `what it answers is longer than ${mostBytes} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

type Opening = {
  readonly shown: string
  readonly attach: (socket: WebSocket) => void
  readonly signal: AbortSignal
}

function opened(socket: WebSocket, { shown, attach, signal }: Opening): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(faultOf(error, shown))
      socket.terminate()
    }
    const giveUp = () => fail(new OutgoingFault('TIMED_OUT', `${shown} did not answer in time`))
    signal.addEventListener('abort', giveUp)
    // Stays: an error that nobody hears would end the process. It is followed by a close, which says all.
    socket.on('error', fail)
    socket.once('unexpected-response', (_, answer) => fail(notOpened(answer, shown)))
    socket.once('close', () => signal.removeEventListener('abort', giveUp))
    socket.once('open', () => {
      signal.removeEventListener('abort', giveUp)
      attach(socket)
      resolve(socket)
    })
  })
}

/** It speaks HTTP, and does not become a WebSocket. */
function notOpened({ statusCode = 0, headers }: IncomingMessage, shown: string): OutgoingFault {
  if (statusCode === 401 || statusCode === 403) {
    return new OutgoingFault('UNAUTHORIZED', `${shown} does not take the token (it answers ${statusCode})`)
  }
  if (statusCode >= 300 && statusCode < 400) {
    const to = headers.location === undefined ? '' : ` to ${headers.location.slice(0, 200)}`
    return new OutgoingFault(
      'NOT_A_GATEWAY',
      `${shown} redirects${to}, which is not followed: give the address it is at`,
    )
  }
  return new OutgoingFault('NOT_A_GATEWAY', `what listens at ${shown} opens no WebSocket (it answers ${statusCode})`)
}
