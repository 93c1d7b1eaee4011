import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { identifyProcess, lastLines, spawnTied } from '@mosaic/runtime'
import { Client } from 'pg'
import { locateBinaries } from './binaries.ts'
import { ensureCluster, owner, removeStaleLock } from './cluster.ts'
import { allowPaths, postgresUser } from './system-user.ts'

export type PostgresOptions = {
  /** Folder that is this server's alone: password, log and the cluster. Created when missing. */
  data: string
  /** Port on 127.0.0.1; a free one when not given. */
  port?: number
  /** Where the server's output goes; `DATA/postgres.log` when not given. */
  logFile?: string
  /** How long the server may take to answer, in milliseconds; recovery after a crash takes a while. */
  timeoutMs?: number
  /** `false`: nothing is forced to disk, and all is lost when the machine stops. For tests, which it makes faster. */
  durable?: boolean
}

export type RunningPostgres = {
  /** `postgres://mosaic:PASSWORD@127.0.0.1:PORT/mosaic`; the user owns the database and the cluster. */
  url: string
  pid: number
  version: string
  /** Settles when the process has ended, whoever ended it, with its exit code or signal. */
  exited: Promise<string>
  /** Stops the server (SIGINT, Postgres's fast shutdown; after 8 s SIGQUIT, its immediate one). */
  close(): Promise<void>
}

/** Thrown when Postgres does not start or does not answer in time; says why with the log's end. */
export class PostgresStartError extends Error {
  override readonly name = 'PostgresStartError'
}

/**
 * Starts a real Postgres 18 on loopback with the database `mosaic` in it; the first start creates the cluster with
 * a random password (kept in DATA/password, mode 0600). As root it runs as the user `postgres`. The server dies
 * with this process, even if that is killed, by Postgres's immediate shutdown, from which it recovers by itself.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { durable = true } = options
  const binaries = await locateBinaries()
  mkdirSync(options.data, { recursive: true, mode: 0o700 })
  const user = allowPaths(postgresUser(), [binaries.initdb, binaries.postgres, options.data])
  const { folder, password } = await ensureCluster(options.data, binaries.initdb, user, durable)
  removeStaleLock(folder)
  const port = options.port ?? (await freePort())
  const logFile = options.logFile ?? join(options.data, 'postgres.log')
  const child = spawnTied(binaries.postgres, ['-D', folder, ...settings(port, durable)], {
    logFile,
    deathSignal: 'SIGQUIT',
    ...(user ? { runAs: user } : {}),
    env: { ...process.env, LC_ALL: 'C', PGDATA: undefined },
  })
  const { pid, exited } = child
  const close = () => child.stop('SIGINT', 'SIGQUIT', 8000)
  if (pid === undefined) throw new PostgresStartError(`Postgres could not be run: ${await exited}`)
  const server = `postgres://${owner}:${password}@127.0.0.1:${port}`
  try {
    const ready = untilAnswering(server, pid, options.timeoutMs ?? 60_000)
    const ended = exited.then((how) => Promise.reject(new PostgresStartError(`Postgres ended while starting: ${how}`)))
    const version = await Promise.race([ready, ended])
    return { url: `${server}/${owner}`, pid, version, exited, close }
  } catch (error) {
    await close()
    throw new PostgresStartError(`${(error as Error).message}\n${lastLines(logFile, 10).join('\n')}`, { cause: error })
  }
}

function settings(port: number, durable: boolean): string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // TCP only: a socket file would need a folder that both users may enter and a short path.
    unix_socket_directories: '',
    // One per service and a few pools each; benchmarks and tests open more.
    max_connections: '200',
    shared_buffers: '64MB',
    // Queries here are short; compiling them costs more than it saves.
    jit: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function untilAnswering(server: string, pid: number, timeoutMs: number): Promise<string> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      return await createDatabaseOnce(server)
    } catch (error) {
      if (performance.now() > deadline || !identifyProcess(pid))
        throw new PostgresStartError(`Postgres did not answer within ${timeoutMs / 1000} s`, { cause: error })
      await delay(30)
    }
  }
}

async function createDatabaseOnce(server: string): Promise<string> {
  return connected(`${server}/postgres`, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [owner])
    if (!rowCount) await client.query(`create database ${owner}`)
    return versionOf(client)
  })
}

/** Asks a Postgres server for its version over a new connection. Rejects when it does not take the connection within 2 s or answer within 10 s. */
export function pingPostgres(url: string): Promise<string> {
  return connected(url, versionOf)
}

async function versionOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ server_version: string }>('show server_version')
  return rows[0]?.server_version ?? 'unknown'
}

async function connected<Answer>(url: string, ask: (client: Client) => Promise<Answer>): Promise<Answer> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000, query_timeout: 10_000 })
  // A connection that breaks rejects the query as well; without a listener the event would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    return await ask(client)
  } finally {
    await client.end()
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
