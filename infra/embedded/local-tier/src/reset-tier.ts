import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { takeLock } from '@mosaic/runtime'
import { graceMs, processesOf, untilGone } from './leftovers.ts'
import { isDenied } from './not-readable.ts'
import { pathsOf } from './paths.ts'
import { AlreadyRunningError } from './start-tier.ts'
import { readState } from './state.ts'

/** What `up` makes in a data folder. Nothing else is ever deleted, so that a wrong `--data` does no harm. */
const folders = [
  'eventstore',
  'nats',
  'postgres',
  'tls',
  'logs',
  'owners',
  'kills',
  'killers',
  'authorities',
  'setup',
  'git',
  'agent-states',
  'agents',
  'demo',
  'worker',
  'cache',
]
const files = [
  'run.json',
  'state.json',
  'instance.json',
  'worker-id',
  'sessions.json',
  'token',
  'observer-token',
  'service-token',
  'eventstore-password',
  'nats-password',
  'credentials.json',
  'credentials.json.lock',
  'master-key',
  'reserve',
  'reserve.part',
  'supervisor.lock',
]
const ours = new Set([...folders, ...files])

/** Deletes an instance: events, read models, agents' worktrees, logs. Throws AlreadyRunningError while it runs. */
export async function resetTier(dataDir: string): Promise<string[]> {
  const paths = pathsOf(dataDir)
  const state = readState(paths)
  const present = presentIn(dataDir)
  if (present.length === 0) return []
  const lock = takeLock(paths.lock)
  if (!lock) throw new AlreadyRunningError(`${dataDir} is in use by a running instance`)
  try {
    if (state) await untilGone(processesOf(state), graceMs)
    for (const name of present) remove(join(dataDir, name))
  } finally {
    lock.release()
  }
  rmSync(paths.lock, { force: true })
  return present.filter((name) => name !== 'supervisor.lock')
}

/** Agents make folders that nobody may enter, their owner neither. */
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch (error) {
    if (!isDenied(error)) throw error
    openFolders(path)
    rmSync(path, { recursive: true, force: true })
  }
}

function openFolders(path: string): void {
  if (!lstatSync(path).isDirectory()) return
  chmodSync(path, 0o700)
  for (const name of readdirSync(path)) openFolders(join(path, name))
}

/** What a reset would delete. */
export function presentIn(dataDir: string): string[] {
  try {
    return readdirSync(dataDir).filter((name) => ours.has(name))
  } catch {
    return []
  }
}
