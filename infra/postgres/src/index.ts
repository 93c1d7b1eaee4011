export { checkpointOf, progressChannel } from './checkpoint.ts'
export { containing } from './containing.ts'
export { connectPostgres, type NoTables, type Postgres, type PostgresOptions } from './connect.ts'
export { isMissing, isTransient, ReadModelUnavailableError, sqlState } from './errors.ts'
export { foldProjection, type FoldTarget } from './fold-projection.ts'
export {
  createGeneration,
  dropGeneration,
  type Generation,
  migrateGeneration,
  readGeneration,
  renameGeneration,
} from './generation.ts'
export { jsonText, storableText } from './json.ts'
export { LeaseHeldError, type LeaseOptions, withLease } from './lease.ts'
export { pageOf } from './page.ts'
export { type ParkedRow, parkedRecordOf, readParkedBehind } from './parked.ts'
export { followProgress, type Progress, type Reached } from './progress.ts'
export { defineProjection, schemaOf } from './projection.ts'
export type {
  Migration,
  MosaicEventType,
  ProjectedEvent,
  Projection,
  ProjectionDefinition,
  ProjectionTable,
} from './projection.ts'
export { ensureRoles, roles } from './roles.ts'
export { UnscopedTableError } from './secure.ts'
export { upsertRows, type UpsertTarget } from './upsert.ts'
export { withWorkspace, type WorkspaceTransaction } from './workspace.ts'
export { refuseOldPostgres } from './version.ts'
