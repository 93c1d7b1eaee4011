import type { RawRecord } from '@mosaic/contracts/kernel'
import { parseRecord, type Quarantined, type ReadItem } from '@mosaic/event-store'
import { isTransient, type NoTables, type ProjectedEvent, type Projection } from '@mosaic/postgres'
import { sql, type Transaction } from 'kysely'
import { concerning, type Decision, decisionIn } from './batch.ts'
import {
  describe,
  park,
  type Parked,
  parkedOf,
  readParked,
  recordOf,
  setError,
  streamsWithHoles,
  unpark,
} from './parked.ts'
import { type Log, ownerOf, workspaceOf } from './log.ts'
import { positionOf } from './position.ts'

export type TakeInOptions = {
  readonly projection: Projection
  readonly log: Pick<Log, 'readStream'>
  /** Positions of events that operators have decided this model does without. */
  readonly skipped: ReadonlySet<string>
  readonly onParked?: ((parked: Parked) => void) | undefined
}

/**
 * Takes events into a generation, in the log's order. What cannot be read is parked, what follows a parked event in its
 * stream is parked behind it, and what operators have decided about parked events is done.
 */
export async function takeIn(
  transaction: Transaction<NoTables>,
  options: TakeInOptions,
  { items, hasHoles }: { items: readonly ReadItem[]; hasHoles: boolean },
): Promise<void> {
  const { projection, skipped } = options
  const own = concerning(projection, items).filter((item) => !skipped.has(positionOf(item)))
  if (!hasHoles && own.every((item) => item.kind === 'event')) return apply(transaction, projection, own)
  const sequence = new Sequence(transaction, options)
  if (hasHoles) await sequence.findHoles(own)
  const isOwn = new Set(own)
  for (const item of items) {
    if (isOwn.has(item)) await sequence.add(item)
    const decision = decisionIn(projection, item)
    if (decision) await sequence.obey(decision)
  }
  await sequence.flush()
}

async function apply(
  transaction: Transaction<NoTables>,
  projection: Projection,
  items: readonly ReadItem[],
): Promise<void> {
  const events = items.flatMap((item): ProjectedEvent[] => (item.kind === 'event' ? [item.event] : []))
  if (events.length > 0) await projection.apply(transaction, events)
}

/** A batch among whose streams some have a hole. */
class Sequence {
  readonly #transaction: Transaction<NoTables>
  readonly #options: TakeInOptions
  readonly #holes = new Set<string>()
  #whole: ReadItem[] = []
  #parked: Parked[] = []

  constructor(transaction: Transaction<NoTables>, options: TakeInOptions) {
    this.#transaction = transaction
    this.#options = options
  }

  async findHoles(items: readonly ReadItem[]): Promise<void> {
    const streams = new Set(items.map((item) => recordOf(item).streamId))
    for (const streamId of await streamsWithHoles(this.#transaction, [...streams])) this.#holes.add(streamId)
  }

  async add(item: ReadItem): Promise<void> {
    const { streamId } = recordOf(item)
    if (this.#holes.has(streamId)) this.#parked.push(parkedOf(item, null))
    else if (item.kind === 'event') this.#whole.push(item)
    else {
      this.#holes.add(streamId)
      // Without metadata of ours it belongs to whom the stream belongs to, who has to be told of it.
      const owner = workspaceOf(item) ?? (await ownerOf(this.#options.log, streamId))
      this.#parked.push(parkedOf(item, unreadable(item), owner))
    }
  }

  async flush(): Promise<void> {
    const [whole, parked] = [this.#whole, this.#parked]
    this.#whole = []
    this.#parked = []
    await park(this.#transaction, parked)
    for (const one of parked) this.#options.onParked?.(one)
    await apply(this.#transaction, this.#options.projection, whole)
  }

  /** Tries again what is parked, in order; each stream up to the first event that still cannot be taken in. */
  async obey({ type, data }: Decision): Promise<void> {
    await this.flush()
    if (type === 'ParkedEventSkipped') await unpark(this.#transaction, data.position, data.streamId)
    // It may have been the only one that was parked.
    if (data.streamId !== null) this.#holes.delete(data.streamId)
    const stuck = new Set<string>()
    for (const record of await readParked(this.#transaction, data.streamId)) {
      const { streamId, position } = record
      if (stuck.has(streamId)) continue
      const error = await this.#tryAgain(record)
      if (error === null) await unpark(this.#transaction, position, streamId)
      else {
        stuck.add(streamId)
        await setError(this.#transaction, position, error)
      }
      this.#holes.delete(streamId)
    }
    for (const streamId of stuck) this.#holes.add(streamId)
  }

  /** Why it failed again, or `null`. Within a savepoint: what it had written goes, what was written before stays. */
  async #tryAgain(record: RawRecord): Promise<string | null> {
    const item = parseRecord(record)
    if (item.kind === 'quarantined') return unreadable(item)
    await sql`savepoint again`.execute(this.#transaction)
    try {
      await apply(this.#transaction, this.#options.projection, [item])
      await sql`release savepoint again`.execute(this.#transaction)
      return null
    } catch (error) {
      if (isTransient(error)) throw error
      await sql`rollback to savepoint again`.execute(this.#transaction)
      return describe(error)
    }
  }
}

const unreadable = ({ reason }: Quarantined) => `${reason.code}: ${reason.message}`
