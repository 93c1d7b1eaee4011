import type { ProjectionView } from '@mosaic/contracts/http'
import type { EventStore, ReadItem } from '@mosaic/event-store'
import { type NoTables, type Projection, schemaOf, readGeneration } from '@mosaic/postgres'
import { type Kysely, sql } from 'kysely'
import { sortOut } from './batch.ts'
import type { FollowerState } from './follower.ts'
import { isAfter, type Position } from './position.ts'
import { readProof } from './proofs.ts'

type Dependencies = { readonly db: Kysely<NoTables>; readonly store: Pick<EventStore, 'readAll' | 'lastPosition'> }

/** Parked events that are shown; the first of them is where to look. */
const mostParked = 100
/** The lag is counted up to here: a larger one reads as this number. */
const mostLag = 1_000

/** A projection as operators see it. Rejects when Postgres does not answer. */
export async function viewOf(
  dependencies: Dependencies,
  projection: Projection,
  state: FollowerState,
): Promise<ProjectionView> {
  const { db } = dependencies
  const { name, version } = projection
  const generation = await readGeneration(db, schemaOf(name))
  const position = generation?.position ?? null
  const parked = generation ? await readParked(db, schemaOf(name)) : []
  const degraded = parked.length > 0 || state.problem !== null
  const building = state.building || generation?.version !== version
  return {
    name,
    version: generation?.version ?? version,
    status: building ? 'rebuilding' : degraded ? 'degraded' : 'live',
    position: position ?? '0',
    lag: await lagOf(dependencies, projection, position),
    parked,
    lastProof: await readProof(db, name),
  }
}

async function readParked(db: Kysely<NoTables>, schema: string): Promise<ProjectionView['parked']> {
  const { rows } = await sql<ProjectionView['parked'][number]>`
    select position, event_id as "eventId", event_type as "eventType", error
    from ${sql.id(schema, 'parked')} order by parked.position limit ${mostParked}`.execute(db)
  return rows
}

/** Events that the projection has yet to handle, counted in the log; null while the log does not answer. */
async function lagOf({ store }: Dependencies, projection: Projection, position: Position): Promise<number | null> {
  try {
    if (!isAfter(await store.lastPosition(), position)) return 0
    const items: ReadItem[] = []
    for await (const item of store.readAll({ after: position, limit: mostLag })) items.push(item)
    const { events, unreadable } = sortOut(projection, items)
    return events.length + unreadable.length
  } catch {
    return null
  }
}
