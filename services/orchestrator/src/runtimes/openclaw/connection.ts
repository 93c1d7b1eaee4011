import { newId } from '@mosaic/contracts/kernel'
import { nestsTooDeep } from '@mosaic/contracts/kernel'
import type WebSocket from 'ws'
import { GatewayGone, GatewayRefused } from './faults.ts'
import { type GatewayEvent, type Hello, hello, inbound, protocolVersion, type Refusal } from './protocol.ts'

const [challengeMs, callMs, silenceMs, pongMs] = [15_000, 30_000, 20_000, 25_000]
/** Frames of a second: more of them wait at the gateway. */
const mostFrames = 2000
/** Calls that wait for an answer. */
const mostCalls = 2000

/** What is asked for: what its sessions are, to speak to them, and what they want to be allowed. */
const scopes = ['operator.read', 'operator.write', 'operator.approvals']

type Opening = {
  readonly token: string | null
  readonly version: string
  readonly onEvent: (event: GatewayEvent) => void
  /** Opens it, and gives it to `attach` before anything that came over it is read. */
  readonly open: (attach: (socket: WebSocket) => void) => Promise<unknown>
}

type Call = { readonly resolve: (payload: unknown) => void; readonly reject: (error: Error) => void }

/** One connection to a gateway, from the moment on at which it has taken the token. */
export class GatewayConnection {
  hello!: Hello
  /** Settles with why it ended. */
  readonly ended: Promise<GatewayGone>
  /** Frames that were nothing that we know. */
  unknown = 0
  readonly #onEvent: (event: GatewayEvent) => void
  readonly #calls = new Map<string, Call>()
  readonly #challenged = Promise.withResolvers<void>()
  readonly #end = Promise.withResolvers<GatewayGone>()
  #socket: WebSocket | undefined
  #gone: GatewayGone | undefined
  #heardAt = performance.now()
  #frames = 0
  #watch: NodeJS.Timeout | undefined
  #second: NodeJS.Timeout | undefined

  private constructor(onEvent: (event: GatewayEvent) => void) {
    this.#onEvent = onEvent
    this.ended = this.#end.promise
    this.#challenged.promise.catch(() => undefined)
  }

  /** @throws GatewayGone, and whatever `open` throws */
  static async open({ token, version, onEvent, open }: Opening): Promise<GatewayConnection> {
    const connection = new GatewayConnection(onEvent)
    try {
      await open((socket) => connection.#attach(socket))
      await inTime(connection.#challenged.promise, challengeMs, 'it does not greet as an OpenClaw gateway does')
      connection.hello = await connection.#greet(token, version)
      connection.#keepWatch()
      return connection
    } catch (error) {
      connection.close()
      throw error
    }
  }

  has(method: string): boolean {
    return this.hello.features.methods.includes(method)
  }

  /** @throws GatewayRefused, GatewayGone */
  call(method: string, params: object, timeoutMs = callMs): Promise<unknown> {
    if (this.#gone) return Promise.reject(this.#gone)
    if (this.#calls.size >= mostCalls) {
      return Promise.reject(new GatewayGone('TIMED_OUT', `the gateway answers none of ${mostCalls} questions`))
    }
    const id = newId()
    const answer = new Promise<unknown>((resolve, reject) => this.#calls.set(id, { resolve, reject }))
    this.#socket?.send(JSON.stringify({ type: 'req', id, method, params }), () => undefined)
    return inTime(answer, timeoutMs, `the gateway does not answer ${method}`).finally(() => this.#calls.delete(id))
  }

  close(): void {
    this.#over(new GatewayGone('BROKEN_OFF', 'the connection was closed here'))
  }

  #attach(socket: WebSocket): void {
    this.#socket = socket
    socket.on('message', (data, isBinary) => this.#heard(isBinary ? undefined : String(data)))
    socket.on('pong', () => (this.#heardAt = performance.now()))
    socket.on('error', (error) => this.#over(brokenBy(error)))
    socket.on('close', (code, reason) => this.#over(closed(code, String(reason))))
  }

  async #greet(token: string | null, version: string): Promise<Hello> {
    const client = { id: 'gateway-client', displayName: 'Mosaic', version, platform: process.platform, mode: 'backend' }
    const params = {
      minProtocol: protocolVersion,
      maxProtocol: protocolVersion,
      client,
      role: 'operator',
      scopes,
      caps: ['tool-events', 'exec-approvals'],
      ...(token !== null && { auth: { token } }),
    }
    const answer = await this.call('connect', params, challengeMs).catch((error: unknown) => {
      throw error instanceof GatewayRefused ? notLetIn(error.refusal) : error
    })
    const read = hello.safeParse(answer)
    if (!read.success) throw new GatewayGone('NOT_A_GATEWAY', 'what it answers is no greeting of an OpenClaw gateway')
    if (read.data.protocol !== protocolVersion) throw otherProtocol(String(read.data.protocol))
    return read.data
  }

  #heard(text: string | undefined): void {
    if (this.#gone) return
    this.#heardAt = performance.now()
    this.#slowDown()
    const frame = text === undefined || nestsTooDeep(text) ? undefined : inbound.safeParse(parsed(text)).data
    if (!frame) {
      this.unknown += 1
      return
    }
    if (frame.type === 'event') {
      if (frame.event === 'connect.challenge') this.#challenged.resolve()
      else if (this.hello) this.#onEvent(frame)
      return
    }
    const call = this.#calls.get(frame.id)
    if (!call) this.unknown += 1
    else if (frame.ok) call.resolve(frame.payload)
    else call.reject(new GatewayRefused(frame.error ?? { code: 'UNKNOWN', message: 'it does not say why' }))
  }

  /** Whoever floods us is read no faster than this: the rest waits on its side. */
  #slowDown(): void {
    this.#second ??= setTimeout(() => {
      this.#second = undefined
      this.#frames = 0
      this.#socket?.resume()
    }, 1000)
    if (++this.#frames > mostFrames) this.#socket?.pause()
  }

  #keepWatch(): void {
    this.#watch = setInterval(() => {
      const silent = performance.now() - this.#heardAt
      if (silent > silenceMs + pongMs) this.#over(new GatewayGone('TIMED_OUT', 'the gateway has fallen silent'))
      else if (silent > silenceMs) this.#socket?.ping()
    }, 5000)
    this.#watch.unref()
  }

  #over(gone: GatewayGone): void {
    if (this.#gone) return
    this.#gone = gone
    clearInterval(this.#watch)
    clearTimeout(this.#second)
    this.#challenged.reject(gone)
    for (const { reject } of this.#calls.values()) reject(gone)
    this.#calls.clear()
    this.#socket?.terminate()
    this.#end.resolve(gone)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function inTime<T>(work: Promise<T>, ms: number, message: string): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new GatewayGone('TIMED_OUT', `${message} within ${ms / 1000} s`)), ms)
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer))
}

const otherProtocol = (version: string) =>
  new GatewayGone('OTHER_PROTOCOL', `it speaks version ${version} of its protocol; ${protocolVersion} is spoken here`)

/** Why it does not take the connection, in words for who has configured it. */
function notLetIn({ code, message, details }: Refusal): GatewayGone {
  const why = `${details?.code ?? code}: ${message}`
  if (/PROTOCOL/.test(`${details?.code} ${details?.reason}`) || /protocol (version )?mismatch/i.test(message)) {
    return new GatewayGone(
      'OTHER_PROTOCOL',
      `it does not speak version ${protocolVersion} of its protocol (${message})`,
    )
  }
  if (/PAIRING|DEVICE/.test(`${details?.code} ${code}`)) {
    const way = 'reach it over loopback or a tunnel, where its token alone is enough'
    return new GatewayGone('UNAUTHORIZED', `the gateway wants this computer to be paired (${why}): ${way}`)
  }
  if (/AUTH|SCOPE|FORBIDDEN/.test(`${details?.code} ${code}`) || /unauthorized/i.test(message)) {
    return new GatewayGone('UNAUTHORIZED', `the gateway does not take the token (${why})`)
  }
  return new GatewayGone('BROKEN_OFF', `the gateway does not take the connection (${why})`)
}

function closed(code: number, reason: string): GatewayGone {
  if (code === 1008) return new GatewayGone('UNAUTHORIZED', `the gateway has ended the connection: ${reason || code}`)
  if (code === 1012) return new GatewayGone('BROKEN_OFF', 'the gateway is being restarted')
  return new GatewayGone('BROKEN_OFF', `the gateway has ended the connection (${reason ? `${code}: ${reason}` : code})`)
}

function brokenBy(error: Error): GatewayGone {
  const isTooLarge = 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
  const message = isTooLarge ? 'the gateway has sent more in one message than is taken' : error.message
  return new GatewayGone(isTooLarge ? 'NOT_A_GATEWAY' : 'BROKEN_OFF', message, { cause: error })
}
