import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { HostRule } from '@mosaic/contracts/agent-session'
import { err, ok, type Result } from '@mosaic/contracts/kernel'
import {
  checkDestination,
  type Destination,
  type Network,
  type Refusal,
  type Target,
  unreachable,
} from './destination.ts'
import { dial } from './dial.ts'
import { forwardRequest } from './forward-request.ts'
import { readRules, type Rules } from './rules.ts'
import { type Services, serviceConnected } from './service.ts'
import { type Connections, Tally } from './tally.ts'
import { type Asked, serve, tunnel } from './tunnel.ts'

/** At once, by one session. */
const mostConnections = 128
const idleMs = 300_000
const headersWithinMs = 10_000

export type WayOutSettings = {
  readonly hosts: readonly HostRule[]
  readonly network: Network
  readonly tell: (connections: Connections) => Promise<void>
  readonly services?: Services | undefined
}

/** A connection that is under way, with what is known of it. */
export type Crossing = { readonly destination: Destination; readonly socket: Socket }

/**
 * The one way out of a session's sandbox: an HTTP proxy at a socket of its own, which lets through to hosts that are
 * allowed. Everything that comes in was written by a hostile agent.
 */
export class WayOut {
  readonly #server: Server
  readonly #network: Network
  readonly #tally: Tally
  readonly services: Services
  readonly #sockets = new Set<Socket>()
  readonly #crossings = new Set<Crossing>()
  readonly #listeners = new Set<(socket: Socket) => void>()
  #rules: Rules
  #isStill = false
  #isCut = false

  constructor({ hosts, network, tell, services = new Map() }: WayOutSettings) {
    this.services = services
    this.#rules = readRules(hosts)
    this.#network = network
    this.#tally = new Tally(tell)
    this.#server = createServer({ headersTimeout: headersWithinMs, requestTimeout: 0 })
    this.#server.maxConnections = mostConnections
    this.#server.on('connection', (socket) => this.#hold(socket))
    this.#server.on('drop', () => this.refused(null, tooMany))
    // Its own answer to a connection that is idle would be to end it, also of one that stands still.
    this.#server.on('timeout', () => undefined)
    this.#server.on('clientError', (_, socket) => void socket.destroy())
    this.#server.on('connect', (request, client, head) => this.#connect({ request, client: client as Socket, head }))
    this.#server.on('request', (request, response) => void forwardRequest(this, request, response))
  }

  /** @param path Of the unix socket, which whoever may write to it connects to. */
  async listen(path: string): Promise<void> {
    this.#server.listen(path)
    await once(this.#server, 'listening')
  }

  get rules(): Rules {
    return this.#rules
  }

  #connect(asked: Asked): void {
    const service = serviceConnected(this.services, asked.request.url ?? '')
    if (service) serve(service, asked)
    else void tunnel(this, asked)
  }

  /** From now on these hosts and no others; connections to others are cut. */
  allow(hosts: readonly HostRule[]): void {
    this.#rules = readRules(hosts)
    for (const { destination, socket } of this.#crossings) {
      if (!this.#rules.allows(destination.host, destination.port)) socket.destroy()
    }
  }

  /** Calls back when the program inside says that it listens, with a connection that is open for as long as it lives. */
  onInsideReady(listener: (socket: Socket) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  insideReady(socket: Socket): void {
    socket.setTimeout(0)
    for (const listener of this.#listeners) listener(socket)
  }

  /** Nobody inside moves: what is idle meanwhile is not ended for it. */
  freeze(): void {
    this.#isStill = true
  }

  thaw(): void {
    this.#isStill = false
    for (const socket of this.#sockets) if (socket.timeout) socket.setTimeout(idleMs)
  }

  /** Ends every connection, now, and lets none begin. */
  cut(): void {
    if (this.#isCut) return
    this.#isCut = true
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    void this.#tally.flush()
  }

  /** Settles when everything that happened has been told. */
  async close(): Promise<void> {
    this.cut()
    await this.#tally.flush()
  }

  refused(target: Target | null, { outcome, reason }: Pick<Refusal, 'outcome' | 'reason'>): void {
    this.#tally.add({ host: target?.host ?? null, port: target?.port ?? null, outcome, reason }, { count: 1 })
  }

  /** A connection to where somebody wants to go, if that may be; what is refused is told. */
  async cross(target: Target): Promise<Result<Crossing, Refusal>> {
    const crossed = await this.#cross(target)
    if (!crossed.ok) this.refused(target, crossed.error)
    return crossed
  }

  async #cross(target: Target): Promise<Result<Crossing, Refusal>> {
    const checked = await checkDestination(target, this.#rules, this.#network)
    if (!checked.ok) return checked
    if (this.#isCut) return err(unreachable(target))
    const destination = checked.value
    try {
      const socket = await dial(destination, (dialled) => this.#hold(dialled))
      const crossing = { destination, socket }
      this.#crossings.add(crossing)
      const startedAt = performance.now()
      socket.once('close', () => this.#ended(crossing, performance.now() - startedAt))
      // Rules may have changed while it was dialled.
      if (this.#isCut || !this.#rules.allows(target.host, target.port)) socket.destroy()
      return ok(crossing)
    } catch {
      return err(unreachable(target))
    }
  }

  /** It was let through for good: nothing that it began with was against the rules. */
  passed({ destination: { host, port } }: Crossing): void {
    this.#tally.add({ host, port, outcome: 'allowed', reason: null }, { count: 1 })
  }

  #ended(crossing: Crossing, durationMs: number): void {
    this.#crossings.delete(crossing)
    const { destination, socket } = crossing
    const { host, port } = destination
    const sums = { bytesSent: socket.bytesWritten, bytesReceived: socket.bytesRead, durationMs }
    this.#tally.add({ host, port, outcome: 'allowed', reason: null }, sums)
  }

  #hold(socket: Socket): void {
    if (this.#isCut) return void socket.destroy()
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => this.#sockets.delete(socket))
    socket.setTimeout(idleMs)
    socket.on('timeout', () => (this.#isStill ? socket.setTimeout(idleMs) : socket.destroy()))
  }
}

const tooMany = { outcome: 'refused', reason: 'TOO_MANY_CONNECTIONS' } as const
