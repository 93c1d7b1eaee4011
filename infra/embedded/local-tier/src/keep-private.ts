import { chmodSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Paths } from './paths.ts'

/** Folders whose every file is ours. What agents work on lies behind folders that are closed, and keeps its modes. */
const closedThroughout = ['tls', 'logs', 'eventstore', 'nats']
const closed = ['postgres', 'git', 'owners', 'demo', 'cache', ...closedThroughout]
const files = ['run.json', 'state.json', 'instance.json', 'sessions.json', 'credentials.json', 'supervisor.lock']

/**
 * From here on what this process and those that it starts make is their owner's alone, and so is what an earlier version
 * made in the data folder (0700, 0600). Nothing else that lies there is touched, and no folder that is shared on purpose.
 */
export function keepPrivate({ dataDir }: Paths): void {
  process.umask(0o077)
  const isShared = (lstatSync(dataDir).mode & 0o1000) !== 0
  if (!isShared) tighten(dataDir)
  for (const name of [...files, ...closed]) tighten(join(dataDir, name))
  for (const name of closedThroughout) tightenAll(join(dataDir, name))
}

function tightenAll(folder: string): void {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    tighten(join(entry.parentPath, entry.name))
}

function tighten(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found || found.isSymbolicLink() || (found.mode & 0o077) === 0) return
  chmodSync(path, found.mode & 0o700)
}
