import { existsSync, readdirSync } from 'node:fs'
import { readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killCgroups, removeCgroups } from './cgroup.ts'
import { sessionVariable } from './command-environment.ts'
import { type ProcessEntry, type ProcessTable, withDescendants } from './process-table.ts'
import { killTree } from './process-tree.ts'
import { lockLimitMark } from './session-mark.ts'

const sessionPrefix = (sessionId: string): string => `mosaic-sandbox-${sessionId}-`
const scratchName = /^mosaic-sandbox-(.+)-pid(\d+)-[^-]+$/

/** For mkdtemp: names the session, and the orchestrator to whom the folder belongs. */
export const scratchPrefix = (sessionId: string): string => `${sessionPrefix(sessionId)}pid${process.pid}-`

const cgroupPrefix = (sessionId: string): string => `mosaic-${sessionId}`
let made = 0
/** Of one sandbox alone: another orchestrator may have one for the same session, and is not to be ended with ours. */
export const cgroupName = (sessionId: string): string => `${cgroupPrefix(sessionId)}-pid${process.pid}-${++made}`

const killWithinMs = 5_000

/** Bears the session's mark in its environment, or in the limit that survives `env -i`. */
export function bearsMark(sessionId: string): (entry: ProcessEntry) => boolean {
  const variable = `${sessionVariable}=${sessionId}`
  const limit = lockLimitMark(sessionId)
  return (entry) => entry.environment.has(variable) || entry.lockLimit === limit
}

/** Ends and frees what a session left behind when the orchestrator that ran it crashed. */
export async function cleanUpSession(sessionId: string): Promise<void> {
  killCgroups(cgroupPrefix(sessionId))
  const ours = await readlink('/proc/self/ns/pid')
  const isMarked = bearsMark(sessionId)
  await killTree((table) => withDescendants(table, inMarkedNamespace(table, isMarked, ours)), killWithinMs)
  await removeCgroups(cgroupPrefix(sessionId))
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(sessionPrefix(sessionId))) await rm(join(tmpdir(), name), { recursive: true, force: true })
  }
}

/** What orchestrators that are no more have left and nobody will pick up again. */
export async function sweepOrphans(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const { sessionId, isLeft } = scratchOf(name)
    if (!sessionId || !isLeft) continue
    // Whoever has taken the session over has ended what there was before, and has a sandbox of its own.
    if (isTakenOver(sessionId)) await rm(join(tmpdir(), name), { recursive: true, force: true })
    else await cleanUpSession(sessionId)
  }
}

function scratchOf(name: string): { readonly sessionId?: string; readonly isLeft?: boolean } {
  const [, sessionId, owner] = scratchName.exec(name) ?? []
  return sessionId ? { sessionId, isLeft: !existsSync(`/proc/${owner}`) } : {}
}

const isTakenOver = (sessionId: string): boolean =>
  readdirSync(tmpdir())
    .map(scratchOf)
    .some((scratch) => scratch.sessionId === sessionId && !scratch.isLeft)

/** A process namespace with one marked process belongs to the session as a whole. */
function inMarkedNamespace(table: ProcessTable, isMarked: (entry: ProcessEntry) => boolean, ours: string) {
  const namespaces = new Set([...table.values()].filter(isMarked).map((entry) => entry.pidNamespace))
  namespaces.delete(ours)
  namespaces.delete('')
  return (entry: ProcessEntry) => isMarked(entry) || namespaces.has(entry.pidNamespace)
}
