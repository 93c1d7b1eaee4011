import { type Client, createClient, LiveConnection } from '@mosaic/client'
import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { clientFrame, type ClientFrame, type Route, type ServerFrame, type StreamFrame } from '@mosaic/contracts/http'
import type { ProjectedEvent } from '@mosaic/postgres'
import { setImmediate as turn } from 'node:timers/promises'
import { answerOf, type Asked, isAnswerable } from './answers.ts'
import type { World } from './world.ts'

type Socket = ReturnType<ConstructorParameters<typeof LiveConnection>[0]>
/** What the client's end of the socket listens to. */
type FarEnd = { open(): void; hear(text: string): void; lose(): void }
type Topic = Extract<ClientFrame, { type: 'subscribe' }>['topic']
type Call = { readonly asked: Asked; answer?: unknown; readonly resolve: (answer: unknown) => void }
type Subscription = { readonly topic: Topic; readonly ahead: ServerFrame[]; readonly told: ServerFrame[] }

/**
 * A gateway to one workspace that answers and tells nothing before the test says so. Each subscription is told in the
 * log's order, as the real one does it; which of them is told first, how late, and what comes again, is the test's.
 */
export class HeldGateway {
  readonly #world: World
  readonly #workspaceId: string
  /** So many events the live feed is behind the log when a fleet is subscribed to. */
  readonly #feedLag: number
  readonly #calls: Call[] = []
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #connection: FarEnd = { open() {}, hear() {}, lose() {} }
  readonly #live: LiveConnection
  readonly surface: { readonly client: Client; readonly live: LiveConnection }

  constructor(world: World, { workspaceId, feedLag }: { workspaceId: string; feedLag: number }) {
    this.#world = world
    this.#workspaceId = workspaceId
    this.#feedLag = feedLag
    // No time passes: nothing is tried again before the test says so.
    this.#live = new LiveConnection(() => this.#connect(), { after: () => () => {}, random: () => 0 })
    const call = (route: Route, input = {}) =>
      new Promise((resolve) => this.#calls.push({ asked: { route, ...input }, resolve }))
    this.surface = {
      client: { ...createClient({ url: 'http://gateway' }), call: call as Client['call'] },
      live: this.#live,
    }
  }

  close(): void {
    this.#live.close()
  }

  /** Comes when it is away and goes when it is there: what was on its way is lost. */
  async switchConnection(): Promise<void> {
    if (this.#live.state === 'open') {
      this.#subscriptions.clear()
      this.#connection.lose()
    } else {
      this.#live.retry()
      this.#connection.open()
    }
    await turn()
  }

  get isConnected(): boolean {
    return this.#live.state === 'open'
  }

  /** Events have happened, and are on their way to who listens. */
  announce(events: readonly ProjectedEvent[]): void {
    for (const [id, { topic, ahead }] of this.#subscriptions) ahead.push(...this.#framesOf(id, topic, events))
  }

  /** One of the subscriptions is told what is next, after the end of what it has been told already. */
  async tell({ subscription, count, again }: { subscription: number; count: number; again: number }): Promise<void> {
    const all = [...this.#subscriptions.values()]
    if (all.length === 0) return
    const { ahead, told } = all[subscription % all.length]!
    const repeated = told.filter(isEvent).slice(again === 0 ? Infinity : -again)
    const next = ahead.splice(0, count)
    told.push(...next)
    for (const frame of [...repeated, ...next]) this.#send(frame)
    await turn()
  }

  /** Every subscription is told all that it is to be told so far. */
  async tellAll(): Promise<void> {
    for (const [subscription] of [...this.#subscriptions.keys()].entries()) {
      await this.tell({ subscription, count: Infinity, again: 0 })
    }
  }

  /** One of the subscribers was too slow: it is told so instead of what is next, and asks again. */
  async drop(subscription: number): Promise<void> {
    const taken = [...this.#subscriptions].filter(([, { told }]) => told.length > 0)
    if (taken.length === 0) return
    const [id] = taken[subscription % taken.length]!
    this.#subscriptions.delete(id)
    this.#send(frameOf(id, { type: 'dropped', revision: null }))
    await turn()
  }

  /** What has been asked is looked up in the read models as they are now. */
  async lookUp(): Promise<void> {
    for (const call of this.#calls) {
      if (call.answer !== undefined || !isAnswerable(call.asked, this.#world)) continue
      call.answer = await answerOf(call.asked, this.#world, this.#workspaceId)
    }
  }

  /** One of the answers arrives. */
  async answer(which: number): Promise<void> {
    const answered = this.#calls.filter(({ answer }) => answer !== undefined)
    if (answered.length === 0) return
    const call = answered[which % answered.length]!
    this.#calls.splice(this.#calls.indexOf(call), 1)
    call.resolve(call.answer)
    await turn()
  }

  /** All that have been looked up arrive. */
  async answerAll(): Promise<void> {
    while (this.#calls.some(({ answer }) => answer !== undefined)) await this.answer(0)
  }

  get isIdle(): boolean {
    return this.#calls.length === 0 && [...this.#subscriptions.values()].every(({ ahead }) => ahead.length === 0)
  }

  #connect(): Socket {
    return {
      send: (text) => this.#receive(clientFrame.parse(JSON.parse(text))),
      close: () => {},
      onOpen: (open) => Object.assign(this.#connection, { open }),
      onText: (hear) => Object.assign(this.#connection, { hear }),
      onClose: (lose) => Object.assign(this.#connection, { lose }),
    }
  }

  #receive(frame: ClientFrame): void {
    if (frame.type === 'unsubscribe') this.#subscriptions.delete(frame.id)
    if (frame.type !== 'subscribe') return
    const { id, topic } = frame
    const { log } = this.#world
    const known = topic.kind === 'fleet' ? Math.max(0, log.length - this.#feedLag) : 0
    const position = log[known - 1]?.position ?? '0'
    const after = topic.kind === 'session' ? (topic.afterRevision ?? -1) : -1
    const history = log.slice(known).filter(({ revision }) => revision > after)
    const ahead: ServerFrame[] = [
      { type: 'subscribed', id, position },
      ...this.#framesOf(id, topic, history),
      frameOf(id, { type: 'caught-up', revision: null }),
    ]
    this.#subscriptions.set(id, { topic, ahead, told: [] })
  }

  #framesOf(id: string, topic: Topic, events: readonly ProjectedEvent[]): ServerFrame[] {
    return events
      .filter(({ metadata }) => metadata.workspaceId === this.#workspaceId)
      .filter(({ streamId }) => topic.kind === 'fleet' || streamId === agentSessionStream.of(topic.sessionId))
      .map((event) => frameOf(id, { type: 'event', event }))
  }

  #send(frame: ServerFrame): void {
    this.#connection.hear(JSON.stringify(frame))
  }
}

const frameOf = (id: string, frame: StreamFrame): ServerFrame => ({ type: 'frame', id, frame })
const isEvent = (sent: ServerFrame) => sent.type === 'frame' && sent.frame.type === 'event'
