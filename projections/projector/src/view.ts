import type { ProjectionView } from '@mosaic/contracts/http'
import type { ReadItem } from '@mosaic/event-store'
import { type NoTables, type Projection, schemaOf, readGeneration } from '@mosaic/postgres'
import type { Kysely } from 'kysely'
import { concerning } from './batch.ts'
import type { FollowerState } from './follower.ts'
import { readHoles } from './holes.ts'
import type { Log } from './log.ts'
import { isAfter, type Position } from './position.ts'
import { readProof } from './proofs.ts'

type Dependencies = { readonly db: Kysely<NoTables>; readonly store: Log }

/** The lag is counted up to here: a larger one reads as this number. */
const mostLag = 1_000

/**
 * A projection as operators see it; parked events in full only of the workspace that is named, or of all when none is.
 * Rejects when Postgres does not answer.
 */
export async function viewOf(
  dependencies: Dependencies,
  { projection, state }: { readonly projection: Projection; readonly state: FollowerState },
  workspaceId?: string,
): Promise<ProjectionView> {
  const { db } = dependencies
  const { name, version } = projection
  const generation = await readGeneration(db, schemaOf(name))
  const position = generation?.position ?? null
  const isCurrent = generation?.version === version && generation.isCurrentForm
  const parked = isCurrent ? await readHoles(db, schemaOf(name), workspaceId) : { holes: [], count: 0 }
  const status = state.building || !isCurrent ? 'rebuilding' : parked.count > 0 || state.problem ? 'degraded' : 'live'
  return {
    name,
    version: generation?.version ?? version,
    status,
    position: position ?? '0',
    lag: await lagOf(dependencies, projection, position),
    parkedEvents: parked.count,
    parked: parked.holes,
    lastProof: await readProof(db, name),
  }
}

/** Events that the projection has yet to handle, counted in the log; null while the log does not answer. */
async function lagOf({ store }: Dependencies, projection: Projection, position: Position): Promise<number | null> {
  try {
    if (!isAfter(await store.lastPosition(), position)) return 0
    const items: ReadItem[] = []
    for await (const item of store.readAll({ after: position, limit: mostLag })) items.push(item)
    return concerning(projection, items).length
  } catch {
    return null
  }
}
