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
import { rebuild, type Replaced } from './build.ts'
import type { Hub } from './hub.ts'
import { type Log, readSkipped } from './log.ts'
import { observedWrite } from './observed-write.ts'
import type { Parked } from './parked.ts'
import { isAfter, type Position } from './position.ts'
import { readBatches } from './read-batches.ts'
import type { Subscription } from './subscription.ts'
import { CheckpointMovedBackError, write, type WriterOptions } from './writer.ts'

export type FollowerDependencies = {
  readonly db: Kysely<NoTables>
  readonly store: Log
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
  const why = await whyRebuild(dependencies, found)
  if (why === null) {
    await migrateGeneration(db, projection, live)
    return found!.position
  }
  logger.info(
    { projection: projection.name, version: projection.version, reason: why.reason },
    'building the read model',
  )
  state.building = true
  try {
    const onParked = warnOfParked(dependencies)
    const built = await rebuild({ db, store, projection, signal, onParked }, why.replaced)
    logger.info({ projection: projection.name, position: built.position, rows: built.rows }, 'read model built')
    return built.position
  } finally {
    state.building = false
  }
}

async function whyRebuild(
  { store, projection }: FollowerDependencies,
  found: Generation | undefined,
): Promise<{ reason: string; replaced: Replaced } | null> {
  if (!found) return { reason: 'there is none', replaced: 'nothing-of-this-log' }
  const edge = await store.lastPosition()
  // The log is the truth: what the model knows beyond its end has never happened, or belongs to another log.
  if (isAfter(found.position, edge)) {
    const reason = `it is at ${found.position}, beyond the log's end at ${edge}`
    return { reason, replaced: 'nothing-of-this-log' }
  }
  const replaced = 'other-version'
  if (found.version !== projection.version) return { reason: `it has version ${found.version}`, replaced }
  return found.isCurrentForm ? null : { reason: 'it was made by an earlier program', replaced }
}

async function keepUp(
  dependencies: FollowerDependencies,
  start: Position,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<void> {
  const { db, store, hub, projection } = dependencies
  const schema = schemaOf(projection.name)
  const skipped = await readSkipped(store, projection)
  const onParked = warnOfParked(dependencies)
  const options: WriterOptions = { db, projection, log: store, schema, skipped, announce: true, onParked }
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
        position = await observedWrite(projection.name, batch, () => write(options, batch))
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
    const batch = batchOf(after, items)
    after = await observedWrite(options.projection.name, batch, () => write(options, batch))
  }
}

const warnOfParked =
  ({ logger, projection }: FollowerDependencies) =>
  ({ record: { position, id, type, streamId }, error }: Parked) => {
    // Those behind it are told of by the one that they wait for.
    if (error === null) return
    const event = { position, eventId: id, eventType: type, streamId }
    logger.warn({ projection: projection.name, ...event, error }, 'event parked')
  }
