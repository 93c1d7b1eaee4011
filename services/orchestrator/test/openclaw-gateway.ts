import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export type Row = Record<string, unknown>
type Session = { rows: Row[]; isActive: boolean; label: string; spawnedBy?: string; createdAt: number }
type Request = { id: string; method: string; params: Record<string, unknown> }

/** How a gateway misbehaves. */
export type Manners = {
  token: string
  protocol: number
  /** Closes the connection when it is to greet. */
  closesInHandshake: boolean
  /** Numbers the rows of a conversation, or shows them as they are. */
  order: (rows: Row[]) => Row[]
  methods: string[]
  events: string[]
  /** What it answers in place of doing what it is asked for. */
  refuses: (method: string) => { code: string; message: string; retryable?: boolean; retryAfterMs?: number } | undefined
}

const methods = [
  'sessions.list',
  'sessions.subscribe',
  'sessions.messages.subscribe',
  'sessions.create',
  'sessions.send',
  'sessions.abort',
  'chat.send',
  'chat.history',
  'exec.approval.list',
  'exec.approval.resolve',
]
const events = ['agent', 'chat', 'session.message', 'sessions.changed', 'exec.approval.requested']

/**
 * For tests: what an OpenClaw gateway does, as far as it is asked for, in the frames of its protocol 4, and whatever else a
 * test wants it to. The real one is tried in tests/interop.
 */
export class OpenclawGateway {
  readonly manners: Manners = {
    token: 'gateway-token-of-tests',
    protocol: 4,
    closesInHandshake: false,
    order: (rows) => rows,
    methods,
    events,
    refuses: () => undefined,
  }
  readonly sessions = new Map<string, Session>()
  readonly approvals = new Map<string, Row>()
  /** All that it was asked for, but for looks. */
  readonly asked: { method: string; params: Record<string, unknown> }[] = []
  connections = 0
  #server: Server
  #sockets: WebSocketServer
  #port: number

  private constructor(server: Server, port: number) {
    this.#server = server
    this.#port = port
    this.#sockets = this.#listen(server)
  }

  static async start(): Promise<OpenclawGateway> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new OpenclawGateway(server, (server.address() as AddressInfo).port)
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate()
    this.#sockets.close()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** At the same address, with what it had. */
  async startAgain(): Promise<void> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#server = server
    this.#sockets = this.#listen(server)
  }

  /** Breaks all connections off. */
  dropAll(): void {
    for (const client of this.#sockets.clients) client.terminate()
  }

  add(key: string, rows: Row[] = [], over: Partial<Session> = {}): void {
    this.sessions.set(key, { rows: [], isActive: false, label: key, createdAt: Date.now(), ...over })
    for (const row of rows) this.#put(key, row)
    this.tell('sessions.changed', { sessionKey: key, reason: 'create' })
  }

  /** Something was said in a session; whoever listens hears of it. */
  say(key: string, ...rows: Row[]): void {
    for (const row of rows) this.#put(key, row)
    this.tell('session.message', { sessionKey: key })
  }

  active(key: string, isActive: boolean): void {
    this.sessions.get(key)!.isActive = isActive
    this.tell('sessions.changed', { sessionKey: key, reason: 'agent.run' })
  }

  ask(id: string, sessionKey: string, command: string): void {
    const approval = { id, request: { command, sessionKey, allowedDecisions: ['allow-once', 'allow-always', 'deny'] } }
    this.approvals.set(id, approval)
    this.tell('exec.approval.requested', approval)
  }

  tell(event: string, payload: unknown): void {
    this.sendRaw(JSON.stringify({ type: 'event', event, payload }))
  }

  sendRaw(text: string): void {
    for (const client of this.#sockets.clients) client.send(text, () => undefined)
  }

  #put(key: string, row: Row): void {
    const { rows } = this.sessions.get(key)!
    const { id = randomUUID(), ...rest } = row
    rows.push({ timestamp: Date.now(), ...rest, __openclaw: { id, seq: rows.length + 1 } })
  }

  #listen(server: Server): WebSocketServer {
    const sockets = new WebSocketServer({ server, maxPayload: 1 << 20 })
    sockets.on('connection', (socket) => {
      this.connections += 1
      socket.on('error', () => undefined)
      socket.on('message', (data) => this.#heard(socket, JSON.parse(String(data)) as Request))
      socket.send(
        JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n', ts: Date.now() } }),
      )
    })
    return sockets
  }

  #heard(socket: WebSocket, { id, method, params }: Request): void {
    const answer = (result: object) => socket.send(JSON.stringify({ type: 'res', id, ...result }), () => undefined)
    if (method === 'connect') return this.#greet(socket, params, answer)
    const error = this.manners.refuses(method)
    if (error) return answer({ ok: false, error })
    if (!/list|history|subscribe/.test(method)) this.asked.push({ method, params })
    const payload = this.#do(method, params)
    answer(payload ? { ok: true, payload } : { ok: false, error: { code: 'INVALID_REQUEST', message: 'unknown' } })
  }

  #greet(socket: WebSocket, params: Record<string, unknown>, answer: (result: object) => void): void {
    if (this.manners.closesInHandshake) return socket.close()
    const { token, protocol } = this.manners
    if ((params['auth'] as { token?: string } | undefined)?.token !== token) {
      const details = { code: 'AUTH_TOKEN_MISMATCH' }
      answer({
        ok: false,
        error: { code: 'INVALID_REQUEST', message: 'unauthorized: gateway token mismatch', details },
      })
      return socket.close(1008, 'unauthorized')
    }
    const { methods: known, events: told } = this.manners
    const features = { methods: known, events: told }
    answer({
      ok: true,
      payload: { type: 'hello-ok', protocol, server: { version: '2026.9.6' }, features, policy: {}, auth: {} },
    })
  }

  #do(method: string, params: Record<string, unknown>): object | undefined {
    const key = String(params['key'] ?? params['sessionKey'])
    const session = this.sessions.get(key)
    switch (method) {
      case 'sessions.subscribe':
      case 'sessions.messages.subscribe':
        return { subscribed: true, key }
      case 'sessions.list': {
        const sessions = Array.from(this.sessions, ([name, { label, isActive, spawnedBy, createdAt }]) => ({
          key: name,
          label,
          hasActiveRun: isActive,
          spawnedBy,
          createdAt,
        }))
        return { sessions, hasMore: false, nextOffset: null }
      }
      case 'sessions.create':
        if (!session) this.add(key, [], { label: String(params['label']) })
        return { ok: true, key }
      case 'sessions.send':
      case 'chat.send':
        return this.#said(key, params)
      case 'sessions.abort':
        if (session) session.isActive = false
        this.tell('sessions.changed', { sessionKey: key, reason: 'abort' })
        return { ok: true, status: 'aborted' }
      case 'chat.history':
        return this.#shown(session, params)
      case 'exec.approval.list':
        return [...this.approvals.values()]
      case 'exec.approval.resolve':
        this.approvals.delete(String(params['id']))
        this.tell('exec.approval.resolved', { id: params['id'], decision: params['decision'] })
        return { ok: true }
    }
    return undefined
  }

  /** Under the same key it is said once. */
  #said(key: string, { message, idempotencyKey }: Record<string, unknown>): object {
    const session = this.sessions.get(key)!
    const mark = `${String(idempotencyKey)}:user`
    if (!session.rows.some((row) => row['idempotencyKey'] === mark)) {
      session.isActive = true
      this.say(key, { role: 'user', content: message, idempotencyKey: mark })
    }
    return { runId: idempotencyKey, status: 'started' }
  }

  #shown(session: Session | undefined, { limit = 100, offset = 0 }: Record<string, unknown>): object {
    const rows = session?.rows ?? []
    const end = Math.max(0, rows.length - Number(offset))
    const start = Math.max(0, end - Number(limit))
    const messages = this.manners.order(rows.slice(start, end))
    const more = { hasMore: start > 0, nextOffset: start > 0 ? rows.length - start : null }
    return { messages, ...more, sessionInfo: { hasActiveRun: session?.isActive ?? false } }
  }
}

export const user = (content: string, id?: string): Row => ({ role: 'user', content, ...(id && { id }) })
export const assistant = (text: string, over: Row = {}): Row => ({
  role: 'assistant',
  content: [{ type: 'text', text }],
  usage: { input: 10, output: 5, cost: { total: 0.01 } },
  stopReason: 'stop',
  ...over,
})
export const calling = (id: string, command: string): Row => ({
  role: 'assistant',
  content: [{ type: 'toolCall', id, name: 'exec', arguments: { command } }],
  stopReason: 'toolUse',
})
export const result = (toolCallId: string, text: string): Row => ({
  role: 'toolResult',
  toolCallId,
  toolName: 'exec',
  content: [{ type: 'text', text }],
  isError: false,
})
