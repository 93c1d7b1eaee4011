import { randomUUID } from 'node:crypto'
import { connectEventStore, type EventStore, type NewEvent } from '@mosaic/event-store'
import {
  appendForeign,
  commandContext,
  type Engine,
  everySessionEvent,
  type ForeignEvent,
  postgresDatabase,
  startEventStore,
  startMessaging,
  storedRecordOf,
} from '@mosaic/kit'
import { connectMessaging, type Messaging } from '@mosaic/messaging'
import {
  connectPostgres,
  followProgress,
  type Postgres,
  type Progress,
  type Projection,
  withWorkspace,
  type WorkspaceTransaction,
} from '@mosaic/postgres'
import { createLogger } from '@mosaic/runtime'
import { allProjections } from '../src/projections.ts'
import { type Projector, startProjector } from '../src/projector.ts'

/** Real engines, and projectors over them as a test needs them. */
export type Workbench = {
  readonly store: EventStore
  readonly messaging: Messaging
  readonly nats: Engine
  readonly postgres: Postgres
  readonly progress: Progress
  /** Appends facts and answers the position of the last. */
  append(streamId: string, events: readonly NewEvent[]): Promise<string>
  /** The same with what our own store would not write. */
  appendStrange(streamId: string, event: ForeignEvent): Promise<void>
  /** A whole session's life; answers its last position. */
  live(sessionId?: string): Promise<string>
  /** What the relay does, once: carries everything over that JetStream does not hold. */
  relay(): Promise<void>
  ask<Answer>(query: (transaction: WorkspaceTransaction) => Promise<Answer>, workspaceId?: string): Promise<Answer>
  project(projections?: readonly Projection[], over?: { store?: ProjectorStore; postgresUrl?: string }): Projector
  /** Until all projections have passed a position. */
  reached(position: string, timeoutMs?: number): Promise<void>
  close(): Promise<void>
}
type ProjectorStore = Pick<EventStore, 'readAll' | 'readStream' | 'lastPosition'>

/** `models` are there from the start; all others the first projector has to build. */
export async function workbench(models: readonly Projection[] = allProjections): Promise<Workbench> {
  const [eventStore, nats, database] = await Promise.all([
    startEventStore(),
    startMessaging(),
    postgresDatabase(models),
  ])
  const store = connectEventStore({ connectionString: eventStore.url, instanceId: 'test' })
  const messaging = connectMessaging({ url: nats.url, name: 'test' })
  const postgres = connectPostgres({ url: database.url, applicationName: 'test', access: 'owner' })
  const progress = followProgress({ url: database.url, applicationName: 'test progress', db: postgres.db })
  const projectors: Projector[] = []
  const append: Workbench['append'] = async (streamId, events) => {
    const appended = await store.append(streamId, events, { expectedRevision: 'any', context: commandContext() })
    if (!appended.ok) throw new Error(appended.error.message)
    return appended.value.position
  }
  return {
    store,
    messaging,
    nats,
    postgres,
    progress,
    append,
    appendStrange: (streamId, event) => appendForeign(eventStore.url, streamId, event),
    live: (sessionId = randomUUID()) => append(`agentSession-${sessionId}`, everySessionEvent(sessionId)),
    async relay() {
      let { sequence, position } = await messaging.eventStream.ensure()
      for await (const item of store.readAll({ after: position })) {
        const record = item.kind === 'event' ? item.raw : item.record
        await messaging.eventStream.publish(storedRecordOf(record), position, ++sequence)
        position = record.position
      }
    },
    ask: (query, workspaceId = 'default') => withWorkspace(postgres.db, workspaceId, query),
    project(projections = allProjections, over = {}) {
      const logger = createLogger({ name: 'projector', level: 'silent' })
      const projector = startProjector({
        postgresUrl: over.postgresUrl ?? database.url,
        store: over.store ?? store,
        messaging,
        projections,
        logger,
        standbyMs: 50,
      })
      projectors.push(projector)
      return projector
    },
    async reached(position, timeoutMs = 15_000) {
      const deadline = performance.now() + timeoutMs
      for (const { name } of allProjections) {
        await untilThere(
          async () => (await progress.waitFor(name, position, deadline - performance.now())).reached,
          deadline,
        )
      }
    },
    async close() {
      await Promise.all(projectors.map((projector) => projector.close()))
      await Promise.all([progress.close(), messaging.close(), store.close()])
      await postgres.close()
      await Promise.all([eventStore.close(), nats.close(), database.close()])
    },
  }
}

/** Until a model that has yet to be built is there and far enough. */
async function untilThere(reached: () => Promise<boolean>, deadline: number): Promise<void> {
  for (;;) {
    const there = await reached().catch(() => false)
    if (there) return
    if (performance.now() > deadline) throw new Error('the read models are behind')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
