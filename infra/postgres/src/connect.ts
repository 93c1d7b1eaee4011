import { Kysely, PostgresDialect } from 'kysely'
import { type CustomTypesConfig, Pool, types as usualTypes } from 'pg'
import { roles } from './roles.ts'

/** No tables: a projection's queries add their own with `$extendTables`. */
export type NoTables = Record<never, never>

export type PostgresOptions = {
  /** A connection string of the owner of the database, or of a member of the roles in `roles`. */
  readonly url: string
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string
  /**
   * `reader`: every connection is read-only and has the reader's role, so that a query which forgets its workspace
   * finds nothing. `owner`: what the connection string says, for projectors and tests.
   */
  readonly access: 'reader' | 'owner'
  /** Connections at most. */
  readonly connections?: number
  /** A statement that takes longer is cancelled; 0 for no limit. */
  readonly statementTimeoutMs?: number
  /** Told when an idle connection breaks, which is no error of anybody's query. */
  readonly onConnectionLost?: (error: Error) => void
}

export type Postgres = {
  readonly url: string
  readonly db: Kysely<NoTables>
  /** Rejects when Postgres does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

const [int8, numeric] = [20, 1700]

/** Positions do not fit a JavaScript number. Said for each pool: another library may change pg's global parsers. */
const types: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === int8 || oid === numeric ? (text: string) => text : usualTypes.getTypeParser(oid, format),
}

/** A pool of connections. Nothing connects before the first query. Times are UTC; int8 and numeric arrive as text. */
export function connectPostgres(options: PostgresOptions): Postgres {
  const { url, applicationName, access, connections = 10, statementTimeoutMs = 10_000, onConnectionLost } = options
  const settings = {
    TimeZone: 'UTC',
    statement_timeout: String(statementTimeoutMs),
    ...(access === 'reader' ? { default_transaction_read_only: 'on' } : {}),
  }
  const pool = new Pool({
    connectionString: url,
    application_name: applicationName,
    max: connections,
    types,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    ...(access === 'reader'
      ? { onConnect: async (client) => void (await client.query(`set role ${roles.reader}`)) }
      : {}),
  })
  pool.on('error', (error) => onConnectionLost?.(error))
  // Without a listener of its own, a client that breaks while it is checked out would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<NoTables>({ dialect: new PostgresDialect({ pool }) })
  return {
    url,
    db,
    ping: async () => void (await pool.query('select 1')),
    close: async () => {
      if (!pool.ending) await pool.end()
    },
  }
}
