import type { Recorded } from '@mosaic/contracts/kernel'
import type { MosaicEvent } from '@mosaic/contracts/messaging'
import type { Transaction } from 'kysely'
import type { NoTables } from './connect.ts'

export type MosaicEventType = MosaicEvent['type']

/** A parsed event of some types, with its place in the log. */
export type ProjectedEvent<Type extends MosaicEventType = MosaicEventType> = Recorded<
  Extract<MosaicEvent, { type: Type }>
>

/** Runs once per schema, in order, with the schema first on the search path: names are written without it. */
export type Migration = { readonly name: string; up(transaction: Transaction<NoTables>): Promise<void> }

export type ProjectionTable = {
  /** The columns of the primary key: what names a row in proofs. */
  readonly key: readonly string[]
  /** Rows are only ever added: the database refuses UPDATE, DELETE and TRUNCATE. */
  readonly appendOnly?: boolean
}

/**
 * One read model. `version` goes up when rows would come out differently from the same events; the model is then built
 * anew beside the old one. A migration that changes no row (an index) needs no new version.
 */
export type Projection = {
  readonly name: string
  readonly version: number
  /** Categories of the streams that concern this model; all others are passed by. */
  readonly categories: readonly string[]
  readonly handles: readonly MosaicEventType[]
  readonly migrations: readonly Migration[]
  /**
   * Who may read the rows. `workspace`: every table has a `workspace_id`, and a reader sees the rows of its workspace.
   * `nobody`: no reader sees any; only projector and owner do.
   */
  readonly scope: 'workspace' | 'nobody'
  readonly tables: Readonly<Record<string, ProjectionTable>>
  /**
   * Writes a batch, in the log's order, in the transaction that also moves the checkpoint. The model's schema is first
   * on the search path. Deterministic: rows depend on the events alone, not on time or on where batches are cut.
   */
  apply(transaction: Transaction<NoTables>, events: readonly ProjectedEvent[]): Promise<void>
}

/** The same with `apply` told which types it gets: exactly those that it handles. */
export type ProjectionDefinition<Type extends MosaicEventType> = Omit<Projection, 'handles' | 'apply'> & {
  readonly handles: readonly Type[]
  apply(transaction: Transaction<NoTables>, events: readonly ProjectedEvent<Type>[]): Promise<void>
}

/** Makes a projection whose `apply` never sees an event that is not among its `handles`. */
export function defineProjection<Type extends MosaicEventType>(definition: ProjectionDefinition<Type>): Projection {
  const handled = new Set<string>(definition.handles)
  const isHandled = (event: ProjectedEvent): event is ProjectedEvent & ProjectedEvent<Type> => handled.has(event.type)
  return {
    ...definition,
    async apply(transaction, events) {
      const concerning = events.filter(isHandled)
      if (concerning.length > 0) await definition.apply(transaction, concerning)
    },
  }
}

/** The schema that holds a projection's live rows: `session-tree` → `session_tree`. */
export const schemaOf = (projection: string): string => projection.replaceAll('-', '_')
