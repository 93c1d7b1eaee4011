import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  agentSessionStream,
  type AgentSessionEvent,
  type AgentSessionEventOf,
  type AgentSessionEventType,
} from '@mosaic/contracts/agent-session'
import { actorHeaders } from '@mosaic/contracts/http'
import type { Recorded } from '@mosaic/contracts/kernel'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import { connectEventStore, type EventStore, type LogEvent } from '@mosaic/event-store'
import {
  eventually,
  type Engine,
  type ServiceProcess,
  startEventStore,
  startMessaging,
  startService,
  serviceToken,
} from '@mosaic/kit'
import { connectMessaging, type Messaging } from '@mosaic/messaging'
import { createRedactor, secretsIn } from '@mosaic/redaction'
import { createLogger, ownSecrets } from '@mosaic/runtime'
import { configuration } from '../src/configuration.ts'
import { type RuntimesOf, startOrchestrator } from '../src/orchestrator.ts'
import { builtInRuntimes } from '../src/runtimes/index.ts'

export type Json = Record<string, unknown>
export type Answer = { readonly status: number; readonly body: Json }

/** The kind of sandbox that a run of tests is for, and the engine that it has brought. */
const ofTheRun = {
  ...(process.env['MOSAIC_TEST_SANDBOX'] && { MOSAIC_SANDBOX: process.env['MOSAIC_TEST_SANDBOX'] }),
  ...(process.env['DOCKER_HOST'] && { DOCKER_HOST: process.env['DOCKER_HOST'] }),
}

/** Real engines, the scripted model as a process of its own, and what a test asks of them. */
export class Harness {
  eventStore: Engine
  readonly nats: Engine
  readonly model: ServiceProcess
  readonly coordinator: ServiceProcess
  readonly store: EventStore
  readonly messaging: Messaging
  readonly data = mkdtempSync(join(tmpdir(), 'mosaic-orchestrator-'))
  readonly #closers: (() => Promise<unknown>)[] = []

  private constructor(
    eventStore: Engine,
    nats: Engine,
    { model, coordinator }: { model: ServiceProcess; coordinator: ServiceProcess },
  ) {
    this.eventStore = eventStore
    this.nats = nats
    this.model = model
    this.coordinator = coordinator
    this.store = connectEventStore({ connectionString: eventStore.url, instanceId: 'test' })
    this.messaging = connectMessaging({ url: nats.url, name: 'test' })
  }

  static async start({ eventStoreData }: { eventStoreData?: string } = {}): Promise<Harness> {
    const [eventStore, nats, model] = await Promise.all([
      startEventStore(eventStoreData ? { data: eventStoreData } : {}),
      startMessaging(),
      startService('services/scripted-model', { MOSAIC_SCRIPTED_SPEED: '20' }),
    ])
    const coordinator = await startService('services/coordinator', {
      MOSAIC_EVENTSTORE_URL: eventStore.url,
      MOSAIC_NATS_URL: nats.url,
      // Asked where it is told to by who asks.
      MOSAIC_ORCHESTRATOR_URL: 'http://127.0.0.1:9',
    })
    return new Harness(eventStore, nats, { model, coordinator })
  }

  /** The one that was is gone; the new one is at the same place. */
  replaceEventStore(eventStore: Engine): void {
    this.eventStore = eventStore
  }

  get environment(): Record<string, string> {
    return {
      MOSAIC_EVENTSTORE_URL: this.eventStore.url,
      MOSAIC_NATS_URL: this.nats.url,
      MOSAIC_SERVICE_TOKEN: serviceToken,
      MOSAIC_PORT: '0',
      MOSAIC_DATA_DIR: this.data,
      MOSAIC_SCRIPTED_MODEL_URL: this.model.url,
      MOSAIC_COORDINATOR_URL: this.coordinator.url,
      MOSAIC_MODEL_PATIENCE_SECONDS: '5',
      MOSAIC_MODEL_UNREACHABLE_SECONDS: '2',
      ...ofTheRun,
    }
  }

  /** An orchestrator in this process. */
  async orchestrator(
    overrides: Record<string, string> = {},
    runtimesOf: RuntimesOf = builtInRuntimes,
  ): Promise<Client> {
    const config = configuration.parse({ ...this.environment, ...overrides })
    // A process of its own has them from its environment.
    for (const secret of secretsIn(config)) ownSecrets.add(secret)
    const redactor = createRedactor(ownSecrets)
    const store = connectEventStore({
      connectionString: config.MOSAIC_EVENTSTORE_URL,
      instanceId: 'test',
      redactor,
    })
    const messaging = connectMessaging({ url: config.MOSAIC_NATS_URL, name: 'test-orchestrator' })
    const logger = createLogger({ name: 'orchestrator', level: process.env['TEST_LOG'] ? 'debug' : 'silent' })
    const running = await startOrchestrator(
      config,
      { store, messaging, redactor, logger, environment: overrides },
      runtimesOf,
    )
    const close = async () => {
      await running.close()
      await Promise.all([store.close(), messaging.close()])
    }
    this.#closers.push(close)
    return new Client(running.url, close)
  }

  /** The session's events so far. */
  async events(sessionId: string): Promise<(LogEvent & AgentSessionEvent)[]> {
    const events: LogEvent[] = []
    for await (const item of this.store.readStream(agentSessionStream.of(sessionId))) {
      if (item.kind === 'quarantined') throw new Error(item.reason.message)
      events.push(item.event)
    }
    return events as (LogEvent & AgentSessionEvent)[]
  }

  /** Where a session works, once it does. */
  async place(sessionId: string) {
    const { place } = (await this.reached(sessionId, 'AgentSpawned')).data
    if (place.kind !== 'worktree') throw new Error(`${sessionId} has no worktree`)
    return place
  }

  async types(sessionId: string): Promise<AgentSessionEventType[]> {
    return (await this.events(sessionId)).map(({ type }) => type)
  }

  /** Follows the log until the session has an event of that type which the predicate takes. */
  async reached<Type extends AgentSessionEventType>(
    sessionId: string,
    type: Type,
    predicate: (data: AgentSessionEventOf<Type>['data']) => boolean = () => true,
    timeoutMs = 45_000,
  ): Promise<Recorded<AgentSessionEventOf<Type>>> {
    const signal = AbortSignal.timeout(timeoutMs)
    for await (const item of this.store.subscribeAll({
      after: null,
      filter: { streamPrefixes: [agentSessionStream.of(sessionId)] },
      signal,
    })) {
      if (item.kind !== 'event' || item.event.type !== type) continue
      // The type was compared: the data is of that type.
      const accepts = predicate as (data: unknown) => boolean
      if (accepts(item.event.data)) return item.event as unknown as Recorded<AgentSessionEventOf<Type>>
    }
    throw new Error(
      `${sessionId} has no ${type} after ${timeoutMs} ms; it has ${(await this.types(sessionId)).join(', ')}`,
    )
  }

  /** The sessions that a session has spawned. */
  async childrenOf(sessionId: string): Promise<string[]> {
    const children: string[] = []
    for await (const item of this.store.readAll({ filter: { eventTypes: ['AgentSpawnRequested'] } })) {
      if (item.kind !== 'event' || item.event.type !== 'AgentSpawnRequested') continue
      if (item.event.data.parentSessionId === sessionId) children.push(item.event.data.sessionId)
    }
    return children
  }

  async typesOf(streamId: string): Promise<string[]> {
    const types: string[] = []
    for await (const item of this.store.readStream(streamId)) if (item.kind === 'event') types.push(item.event.type)
    return types
  }

  /** All live frames from now on. */
  frames(): LiveFrame[] {
    const frames: LiveFrame[] = []
    this.messaging.subscribeLive((_, frame) => frames.push(frame))
    return frames
  }

  async close(): Promise<void> {
    for (const close of this.#closers) await close().catch(() => undefined)
    await Promise.all([this.messaging.close(), this.store.close(), this.model.stop(), this.coordinator.stop()])
    await Promise.all([this.nats.close(), this.eventStore.close()])
    rmSync(this.data, { recursive: true, force: true })
  }
}

const bearer = { authorization: `Bearer ${serviceToken}` }

/** One orchestrator, over HTTP. */
export class Client {
  readonly url: string
  readonly close: () => Promise<void>

  constructor(url: string, close: () => Promise<void>) {
    this.url = url
    this.close = close
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return answerOf(await fetch(this.url + path, { headers: { ...bearer, ...headers } }))
  }

  async post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#send('POST', path, body, headers)
  }

  async put(path: string, body: unknown): Promise<Answer> {
    return this.#send('PUT', path, body)
  }

  async #send(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const sent = { 'content-type': 'application/json', ...bearer, ...headers }
    return answerOf(await fetch(this.url + path, { method, headers: sent, body: JSON.stringify(body) }))
  }

  /** Asked again under the same key while the orchestrator says that it cannot just now, as a busy machine has it. */
  async spawn(body: Json): Promise<string> {
    const headers = { [actorHeaders.idempotencyKey]: randomUUID() }
    const answer = await eventually('an answer to a spawn', async () => {
      const given = await this.post('/agents/spawn', body, headers)
      return given.status !== 503 && given
    })
    if (answer.status !== 202) throw new Error(JSON.stringify(answer))
    return String(answer.body['sessionId'])
  }
}

const answerOf = async (response: Response): Promise<Answer> => ({
  status: response.status,
  body: (await response.json()) as Json,
})
