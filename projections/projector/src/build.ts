import type { VerifyAnswer } from '@mosaic/contracts/http'
import {
  type NoTables,
  progressChannel,
  type Projection,
  schemaOf,
  createGeneration,
  dropGeneration,
  readGeneration,
  renameGeneration,
} from '@mosaic/postgres'
import { type Kysely, sql, type Transaction } from 'kysely'
import { type Digest, digestOf, firstDifference } from './compare.ts'
import { type Log, readSkipped } from './log.ts'
import type { Parked } from './parked.ts'
import type { Position } from './position.ts'
import { readBatches } from './read-batches.ts'
import { lockGeneration, write } from './writer.ts'

export type BuildDependencies = {
  readonly db: Kysely<NoTables>
  readonly store: Log
  readonly projection: Projection
  readonly signal: AbortSignal
  readonly onParked?: (parked: Parked) => void
}

/** Larger than live batches: nobody waits for a row of a model that is not shown yet. */
const buildBatch = 2_000

const nextOf = (projection: Projection) => `${schemaOf(projection.name)}__next`
const proofOf = (projection: Projection) => `${schemaOf(projection.name)}__proof`
const oldOf = (projection: Projection) => `${schemaOf(projection.name)}__old`

/** Brings a generation from where it stands up to a position, or to the log's end. */
async function advance(dependencies: BuildDependencies, schema: string, through?: string): Promise<void> {
  const { db, store, projection, signal, onParked } = dependencies
  const { position: after } = (await readGeneration(db, schema))!
  const skipped = await readSkipped(store, projection, through)
  const options = { db, projection, log: store, schema, skipped, announce: false, onParked }
  const range = { after, size: buildBatch, signal, ...(through !== undefined && { through }) }
  for await (const batch of readBatches(store, range)) await write(options, batch)
}

/** Builds from the log's start to its end beside the live model. What stood there before is thrown away. */
export async function buildBeside(dependencies: BuildDependencies, schema: string): Promise<void> {
  await createGeneration(dependencies.db, dependencies.projection, schema)
  await advance(dependencies, schema)
}

/**
 * With the live model held still, brings the one beside it to exactly the same position and then does something with
 * both. Readers of the live model notice nothing.
 */
export async function atSamePosition<Answer>(
  dependencies: BuildDependencies,
  beside: string,
  work: (transaction: Transaction<NoTables>, position: Position) => Promise<Answer>,
): Promise<Answer> {
  const { db, projection } = dependencies
  const live = schemaOf(projection.name)
  return db.transaction().execute(async (transaction) => {
    await sql`select set_config('statement_timeout', '0', true)`.execute(transaction)
    const { position } = await lockGeneration(transaction, { schema: live, version: projection.version })
    if (position !== null) {
      await advance(dependencies, beside, position)
      // The event at that position may be gone (its stream was deleted): everything up to it has been seen all the same.
      await sql`update ${sql.id(beside, 'checkpoint')} set position = ${position}`.execute(transaction)
    }
    return work(transaction, position)
  })
}

/** Rebuilds beside the live model, to the same position, and compares. The proof's tables are dropped afterwards. */
export async function verify(dependencies: BuildDependencies): Promise<VerifyAnswer> {
  const { db, projection } = dependencies
  const [live, rebuilt] = [schemaOf(projection.name), proofOf(projection)]
  try {
    await buildBeside(dependencies, rebuilt)
    return await atSamePosition(dependencies, rebuilt, async (transaction, position) => {
      const liveDigest = await digestOf(transaction, projection, live)
      const rebuiltDigest = await digestOf(transaction, projection, rebuilt)
      const equal = liveDigest.digest === rebuiltDigest.digest
      return {
        name: projection.name,
        equal,
        position: position ?? '0',
        rows: liveDigest.rows,
        liveDigest: liveDigest.digest,
        rebuiltDigest: rebuiltDigest.digest,
        firstDifference: equal ? null : await firstDifference(transaction, projection, { live, rebuilt }),
      }
    })
  } finally {
    await dropGeneration(db, rebuilt).catch(() => undefined)
  }
}

/** What a rebuild put in place, and whether the model that it replaced had the same rows. */
export type Rebuilt = Digest & { readonly position: Position; readonly replacedWasEqual: boolean | null }

/** What a build takes the place of: nobody writes to a model of another version, or to one that is not this log's. */
export type Replaced = 'same-version' | 'other-version' | 'nothing-of-this-log'

/**
 * Builds the model anew beside the live one (or in place of none), brings it to where the live one stands and swaps the
 * two in one transaction: readers see the one or the other, whole.
 */
export async function rebuild(dependencies: BuildDependencies, replaced: Replaced): Promise<Rebuilt> {
  const { db, projection } = dependencies
  const [live, next] = [schemaOf(projection.name), nextOf(projection)]
  await dropGeneration(db, oldOf(projection))
  await buildBeside(dependencies, next)
  const rebuilt =
    replaced === 'same-version'
      ? await atSamePosition(dependencies, next, async (transaction, position) => {
          const was = await digestOf(transaction, projection, live)
          const is = await digestOf(transaction, projection, next)
          await swap(transaction, projection, { position, replaced })
          return { ...is, position, replacedWasEqual: was.digest === is.digest }
        })
      : await db.transaction().execute(async (transaction) => {
          await sql`select set_config('statement_timeout', '0', true)`.execute(transaction)
          const { position } = await lockGeneration(transaction, { schema: next, version: projection.version })
          const is = await digestOf(transaction, projection, next)
          await swap(transaction, projection, { position, replaced })
          return { ...is, position, replacedWasEqual: null }
        })
  await dropGeneration(db, oldOf(projection)).catch(() => undefined)
  return rebuilt
}

async function swap(
  transaction: Transaction<NoTables>,
  projection: Projection,
  { position, replaced }: { position: Position; replaced: Replaced },
): Promise<void> {
  const [live, next] = [schemaOf(projection.name), nextOf(projection)]
  // Renaming is the owner's right, not the projector's.
  await sql`reset role`.execute(transaction)
  const { rows } = await sql`select from pg_namespace where nspname = ${live}`.execute(transaction)
  if (rows.length > 0) {
    if (replaced !== 'nothing-of-this-log') {
      const mark = sql.id(live, 'checkpoint', replaced === 'same-version' ? 'old_mark' : 'position')
      await sql`update ${sql.id(next, 'checkpoint')} set old_mark = ${mark} from ${sql.id(live, 'checkpoint')}`.execute(
        transaction,
      )
    }
    await renameGeneration(transaction, live, oldOf(projection))
  }
  await renameGeneration(transaction, next, live)
  await sql`select pg_notify(${progressChannel}, ${`${projection.name}:${position ?? '0'}`})`.execute(transaction)
}

/**
 * The model as it was when the log ended at a position, in a schema of the caller's choice: queries that name the
 * schema are answered as they were answered then. The caller drops it.
 */
export async function buildAsOf(
  dependencies: BuildDependencies,
  { schema, through }: { schema: string; through: string },
): Promise<void> {
  await createGeneration(dependencies.db, dependencies.projection, schema)
  await advance(dependencies, schema, through)
  await sql`update ${sql.id(schema, 'checkpoint')} set position = ${through}`.execute(dependencies.db)
}
