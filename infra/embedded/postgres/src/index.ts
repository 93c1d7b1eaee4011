export { type PostgresOptions, PostgresStartError, type RunningPostgres, startPostgres } from './start-postgres.ts'
