import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asUser, type RunAs } from '@mosaic/runtime'

/** The owner of the cluster and of its database, and the name of both. */
export const owner = 'mosaic'

export type Cluster = { folder: string; password: string }

/** Creates the cluster on first use. Safe to interrupt: a half-made one is never mistaken for a whole one. */
export async function ensureCluster(
  data: string,
  initdb: string,
  runAs: RunAs | undefined,
  durable: boolean,
): Promise<Cluster> {
  const folder = join(data, 'cluster')
  const passwordFile = join(data, 'password')
  if (existsSync(join(folder, 'PG_VERSION'))) return { folder, password: readFileSync(passwordFile, 'utf8').trim() }
  const password = randomBytes(24).toString('base64url')
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  chmodSync(passwordFile, 0o600)
  const unfinished = join(data, 'cluster.new')
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  // initdb reads the password and fills the folder as the user that the server will run as.
  if (runAs) for (const path of [passwordFile, unfinished]) chownSync(path, runAs.uid, runAs.gid)
  await runInitdb(durable ? [initdb] : [initdb, '--no-sync'], unfinished, passwordFile, runAs)
  renameSync(unfinished, folder)
  return { folder, password }
}

async function runInitdb(
  [initdb, ...more]: [string, ...string[]],
  folder: string,
  passwordFile: string,
  runAs: RunAs | undefined,
) {
  const flags = [
    `--pgdata=${folder}`,
    `--pwfile=${passwordFile}`,
    `--username=${owner}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sorting that is the same on every machine, whatever locales it has.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...more,
  ]
  const [program, args] = asUser(initdb, flags, runAs)
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  if (ended !== 'exit code 0') throw new Error(`initdb failed (${ended}):\n${output.trim()}`)
}

/**
 * Removes the lock file of a server that was killed when its pid meanwhile belongs to another process (which
 * happens in containers, where pids are small); Postgres would take that one for a running server.
 */
export function removeStaleLock(folder: string): void {
  const lock = join(folder, 'postmaster.pid')
  if (!existsSync(lock)) return
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10)
  const commandLine = `/proc/${pid}/cmdline`
  const isPostgres = existsSync(commandLine) && readFileSync(commandLine, 'utf8').includes('postgres')
  if (process.platform === 'linux' && !isPostgres) rmSync(lock)
}
