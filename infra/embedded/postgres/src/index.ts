export {
  type PostgresOptions,
  PostgresStartError,
  pingPostgres,
  type RunningPostgres,
  startPostgres,
} from './start-postgres.ts'
