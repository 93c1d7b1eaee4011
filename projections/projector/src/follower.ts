import type { EventStore } from '@mosaic/event-store'
import {
  type NoTables,
  type Projection,
  schemaOf,
  type Generation,
  migrateGeneration,
  readGeneration,
} from '@mosaic/postgres'
import { BackOff, type Logger } from '@mosaic/runtime'
import type { Kysely } from 'kysely'
import { batchOf } from './batch.ts'
import { rebuild } from './build.ts'
import type { Hub } from './hub.ts'
import { isAfter, type Position } from './position.ts'
import { readBatches } from './read-batches.ts'
import type { Subscription } from './subscription.ts'
import { CheckpointMovedBackError, type Parked, write, type WriterOptions } from './writer.ts'

export type FollowerDependencies = {
  readonly db: Kysely<NoTables>
  readonly store: Pick<EventStore, 'readAll' | 'lastPosition'>
  readonly hub: Hub
  readonly projection: Projection
  readonly logger: Logger
}

/** What is known of a projection at work. */
export type FollowerState = {
  building: boolean
  /** Why it does not get on; null while it does. */
  problem: string | null
}

const liveBatch = 1000

/**
 * Keeps one live model at the log's edge until the signal is aborted: builds it where there is none of this version,
 * catches up from the log and follows the hub. Whatever fails is tried again with growing pauses.
 */
export async function follow(
  dependencies: FollowerDependencies,
  state: FollowerState,
  signal: AbortSignal,
): Promise<void> {
  const { projection, logger } = dependencies
  const backOff = new BackOff({ firstMs: 100, longestMs: 2_000 })
  while (!signal.aborted) {
    try {
      const position = await prepare(dependencies, state, signal)
      await keepUp(dependencies, position, signal, () => {
        state.problem = null
        backOff.reset()
      })
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof CheckpointMovedBackError) continue
      state.problem = error instanceof Error ? error.message : String(error)
      logger.warn({ err: error, projection: projection.name }, 'projection has to wait')
      await backOff.pause(signal)
    }
  }
}

/** Makes sure of a live model of this version and answers its checkpoint. */
async function prepare(
  dependencies: FollowerDependencies,
  state: FollowerState,
  signal: AbortSignal,
): Promise<Position> {
  const { db, store, projection, logger } = dependencies
  const live = schemaOf(projection.name)
  const found = await readGeneration(db, live)
  const reason = await whyRebuild(dependencies, found)
  if (reason === null) {
    await migrateGeneration(db, projection, live)
    return found!.position
  }
  logger.info({ projection: projection.name, version: projection.version, reason }, 'building the read model')
  state.building = true
  try {
    const onParked = warnOfParked(dependencies)
    const built = await rebuild({ db, store, projection, signal, onParked }, { meetLive: false })
    logger.info({ projection: projection.name, position: built.position, rows: built.rows }, 'read model built')
    return built.position
  } finally {
    state.building = false
  }
}

async function whyRebuild(
  { store, projection }: FollowerDependencies,
  found: Generation | undefined,
): Promise<string | null> {
  if (!found) return 'there is none'
  if (found.version !== projection.version) return `it has version ${found.version}`
  const edge = await store.lastPosition()
  // The log is the truth: what the model knows beyond its end has never happened, or belongs to another log.
  return isAfter(found.position, edge) ? `it is at ${found.position}, beyond the log's end at ${edge}` : null
}

async function keepUp(
  dependencies: FollowerDependencies,
  start: Position,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<void> {
  const { db, store, hub, projection } = dependencies
  const schema = schemaOf(projection.name)
  const options: WriterOptions = { db, projection, schema, announce: true, onParked: warnOfParked(dependencies) }
  const subscription = await hub.subscribe(signal)
  const close = () => subscription.close()
  signal.addEventListener('abort', close)
  try {
    // Aborted while subscribing: the listener came too late to hear of it.
    if (signal.aborted) return
    let position = start
    if (isAfter(subscription.edge, position)) {
      const range = { after: position, through: subscription.edge!, size: liveBatch, signal }
      for await (const batch of readBatches(store, range)) {
        position = await write(options, batch)
        onProgress()
      }
    }
    onProgress()
    await followLive(options, subscription, position)
  } finally {
    signal.removeEventListener('abort', close)
    subscription.close()
  }
}

/** Until the subscription overflows or is closed. */
async function followLive(options: WriterOptions, subscription: Subscription, start: Position): Promise<void> {
  let after = start
  for (;;) {
    const items = await subscription.take(liveBatch)
    if (!items) return
    after = await write(options, batchOf(after, items))
  }
}

const warnOfParked =
  ({ logger, projection }: FollowerDependencies) =>
  ({ position, eventId, eventType, error }: Parked) =>
    logger.warn({ projection: projection.name, position, eventId, eventType, error }, 'event parked')
