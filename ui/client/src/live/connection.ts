import { type ClientFrame, serverFrame, signedOutCode, type ServerFrame, type Topic } from '@mosaic/contracts/http'
import { backOffMs } from '../back-off.ts'
import type { Socket } from './socket.ts'
import { type AgentHandler, typed } from './agent-handler.ts'
import { type Handler, Subscription } from './subscription.ts'

export type ConnectionState = 'connecting' | 'open' | 'lost'

export type Clock = {
  /** Calls back once after `milliseconds`; the answer cancels it. */
  after(milliseconds: number, callback: () => void): () => void
  /** Between 0 and 1: spreads reconnects. */
  random(): number
}

export const systemClock: Clock = {
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
  random: Math.random,
}

const pingAfterMs = 10_000
const pongWithinMs = 5_000
const retrySubscriptionMs = 2_000

/** One WebSocket for everything that a surface listens to. Comes back by itself and goes on where it was. */
export class LiveConnection {
  readonly #open: () => Socket
  readonly #clock: Clock
  readonly #onRefused: () => void
  readonly #subscriptions = new Set<Subscription>()
  readonly #listeners = new Set<(state: ConnectionState) => void>()
  #socket: Socket | null = null
  #state: ConnectionState = 'connecting'
  #attempt = 0
  #names = 0
  #cancelTimer = () => {}
  #closed = false

  /** @param onRefused Told when the far side does not take it, or not any longer: whether somebody is signed in is to be asked. */
  constructor(open: () => Socket, clock: Clock = systemClock, onRefused: () => void = () => {}) {
    this.#open = open
    this.#onRefused = onRefused
    this.#clock = clock
    this.#connect()
  }

  get state(): ConnectionState {
    return this.#state
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Listens to a topic until the answer is called. */
  subscribe(topic: Topic, handler: Handler): () => void {
    const subscription = new Subscription(`s${++this.#names}`, topic, handler)
    this.#subscriptions.add(subscription)
    this.#ask(subscription)
    return () => {
      this.#subscriptions.delete(subscription)
      this.#send({ type: 'unsubscribe', id: subscription.id })
    }
  }

  /** Listens to one agent until the answer is called: its events parsed, by their types. */
  watchAgent(sessionId: string, { afterRevision, ...handler }: AgentHandler): () => void {
    const topic = { kind: 'session' as const, sessionId, ...(afterRevision !== undefined && { afterRevision }) }
    return this.subscribe(topic, typed(handler))
  }

  /** Tries at once instead of waiting for the back-off to pass. */
  retry(): void {
    if (this.#state !== 'lost') return
    this.#cancelTimer()
    this.#connect()
  }

  close(): void {
    this.#closed = true
    this.#cancelTimer()
    this.#socket?.close()
  }

  #connect(): void {
    const socket = this.#open()
    let isTaken = false
    this.#socket = socket
    socket.onOpen(() => {
      if (this.#socket !== socket) return
      isTaken = true
      this.#attempt = 0
      this.#become('open')
      this.#awaitTraffic()
      for (const subscription of this.#subscriptions) this.#ask(subscription)
    })
    socket.onText((text) => {
      if (this.#socket === socket) this.#receive(text)
    })
    socket.onClose((code) => {
      if (this.#socket !== socket) return
      if (!this.#closed && (!isTaken || code === signedOutCode)) this.#onRefused()
      this.#lost()
    })
  }

  #lost(): void {
    this.#socket = null
    this.#cancelTimer()
    if (this.#closed) return
    this.#become('lost')
    this.#cancelTimer = this.#clock.after(backOffMs(this.#attempt++, this.#clock.random()), () => this.#connect())
  }

  #become(state: ConnectionState): void {
    if (this.#state === state) return
    this.#state = state
    for (const listener of this.#listeners) listener(state)
  }

  // A connection that is cut half-open closes itself only after minutes: ask for a sign of life when it is quiet.
  #awaitTraffic(): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#clock.after(pingAfterMs, () => {
      this.#send({ type: 'ping' })
      this.#cancelTimer = this.#clock.after(pongWithinMs, () => {
        this.#socket?.close()
        this.#lost()
      })
    })
  }

  #receive(text: string): void {
    this.#awaitTraffic()
    const frame = parseFrame(text)
    if (!frame || frame.type === 'pong' || frame.id === null) return
    for (const subscription of this.#subscriptions) {
      if (subscription.id === frame.id) this.#deliver(subscription, frame)
    }
  }

  #deliver(subscription: Subscription, frame: ServerFrame): void {
    const verdict = subscription.receive(frame)
    if (verdict === 'fine') return
    this.#send({ type: 'unsubscribe', id: subscription.id })
    if (verdict === 'resubscribe') this.#ask(subscription)
    else {
      const refused = subscription.id
      this.#clock.after(retrySubscriptionMs, () => {
        if (this.#subscriptions.has(subscription) && subscription.id === refused) this.#ask(subscription)
      })
    }
  }

  #ask(subscription: Subscription): void {
    if (this.#state === 'open') this.#send({ type: 'subscribe', ...subscription.next() })
  }

  #send(frame: ClientFrame): void {
    if (this.#state === 'open') this.#socket?.send(JSON.stringify(frame))
  }
}

function parseFrame(text: string): ServerFrame | null {
  try {
    const frame = serverFrame.safeParse(JSON.parse(text))
    return frame.success ? frame.data : null
  } catch {
    return null
  }
}
