import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { groupsNamed, groupsWith, removeCgroup, removeCgroups, removeEmptyCgroups } from './cgroup.ts'
import { sessionVariable } from './command-environment.ts'
import type { Enclosure } from './enclosure.ts'
import { type ProcessEntry, type ProcessTable, withDescendants } from './process-table.ts'
import { killTree } from './process-tree.ts'
import { lockLimitMark } from './session-mark.ts'

const sessionPrefix = (sessionId: string): string => `mosaic-sandbox-${sessionId}-`
const scratchName = /^mosaic-sandbox-(.+)-pid(\d+)-[^-]+$/

/** For mkdtemp: names the session, and the orchestrator to whom the folder belongs. */
export const scratchPrefix = (sessionId: string): string => `${sessionPrefix(sessionId)}pid${process.pid}-`

const cgroupPrefix = (sessionId: string): string => `mosaic-${sessionId}`
const sessionGroup = /^mosaic-([0-9a-f-]{36})-pid/
let made = 0
/** Of one sandbox alone: another orchestrator may have one for the same session, and is not to be ended with ours. */
export const cgroupName = (sessionId: string): string => `${cgroupPrefix(sessionId)}-pid${process.pid}-${++made}`

/** Of a shell that becomes a sandbox, whoever's: which is which stands in the session's scratch folder. */
const shellPrefix = 'mosaic-shell-'
export const shellGroupName = (): string => `${shellPrefix}pid${process.pid}-${++made}`
const shellGroup = /^mosaic-shell-pid(\d+)-\d+$/

const groupFile = 'group'
export const noteGroup = (scratch: string, name: string): void => writeFileSync(join(scratch, groupFile), name)

const killWithinMs = 5_000

/** Bears the session's mark in its environment, or in the limit that survives `env -i`. */
export function bearsMark(sessionId: string): (entry: ProcessEntry) => boolean {
  const variable = `${sessionVariable}=${sessionId}`
  const limit = lockLimitMark(sessionId)
  return (entry) => entry.environment.has(variable) || entry.lockLimit === limit
}

/** Ends and frees what a session left behind when the orchestrator that ran it crashed. */
export async function cleanUpSession(sessionId: string): Promise<void> {
  const scratch = scratchFolders().filter((name) => name.startsWith(sessionPrefix(sessionId)))
  const groups = scratch.flatMap((name) => groupNoted(join(tmpdir(), name)) ?? [])
  for (const { enclosure } of groupsWith(cgroupPrefix(sessionId))) enclosure.kill()
  for (const group of groups) for (const enclosure of groupsNamed(group)) enclosure.kill()
  const ours = await readlink('/proc/self/ns/pid')
  const isMarked = bearsMark(sessionId)
  await killTree((table) => withDescendants(table, inMarkedNamespace(table, isMarked, ours)), killWithinMs)
  await removeCgroups(cgroupPrefix(sessionId))
  for (const group of groups) await removeCgroup(group)
  for (const name of scratch) await rm(join(tmpdir(), name), { recursive: true, force: true })
}

/** The control groups of these sessions' sandboxes, by session: from what stands on the disk, whoever made them. */
export function enclosuresOf(sessionIds: ReadonlySet<string>): Map<string, Enclosure[]> {
  const found = new Map([...sessionIds].map((sessionId): [string, Enclosure[]] => [sessionId, []]))
  for (const name of scratchFolders()) {
    const ofSession = found.get(scratchOf(name).sessionId ?? '')
    const group = ofSession && groupNoted(join(tmpdir(), name))
    if (group) ofSession.push(...groupsNamed(group))
  }
  for (const { name, enclosure } of groupsWith('mosaic-'))
    found.get(sessionGroup.exec(name)?.[1] ?? '')?.push(enclosure)
  return found
}

function groupNoted(scratch: string): string | undefined {
  const file = join(scratch, groupFile)
  const name = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return shellGroup.test(name) ? name : undefined
}

/**
 * Ends all that is in the groups of an orchestrator's shells. What dies with its parent does so only once it has asked the
 * kernel for that: a bwrap whose parent is gone before its first process may begin leaves that waiting for ever.
 */
export function endShellsOf(isOwner: (pid: number) => boolean): void {
  for (const { name, enclosure } of groupsWith(shellPrefix)) if (isOwner(ownerOf(name))) endOurs(enclosure)
}

/** Another user's group is that user's affair. */
function endOurs(enclosure: Enclosure): void {
  try {
    enclosure.kill()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EACCES' && code !== 'EPERM') throw error
  }
}

const ownerOf = (group: string): number => Number(shellGroup.exec(group)?.[1] ?? Number.NaN)
const isGone = (pid: number): boolean => !Number.isNaN(pid) && !existsSync(`/proc/${pid}`)

/** What orchestrators that are no more have left and nobody will pick up again. */
export async function sweepOrphans(): Promise<void> {
  endShellsOf(isGone)
  removeEmptyCgroups(shellPrefix, (name) => isGone(ownerOf(name)))
  for (const name of scratchFolders()) {
    const { sessionId, isLeft } = scratchOf(name)
    if (!sessionId || !isLeft) continue
    // Whoever has taken the session over has ended what there was before, and has a sandbox of its own.
    if (isTakenOver(sessionId)) await rm(join(tmpdir(), name), { recursive: true, force: true })
    else await cleanUpSession(sessionId)
  }
}

/** Of this user: the folder they are in is everybody's, and what others have left there tells us nothing. */
const scratchFolders = (): string[] =>
  readdirSync(tmpdir()).filter((name) => {
    const found = scratchName.test(name) ? lstatSync(join(tmpdir(), name), { throwIfNoEntry: false }) : undefined
    return found?.isDirectory() === true && found.uid === process.getuid?.()
  })

function scratchOf(name: string): { readonly sessionId?: string; readonly isLeft?: boolean } {
  const [, sessionId, owner] = scratchName.exec(name) ?? []
  return sessionId ? { sessionId, isLeft: !existsSync(`/proc/${owner}`) } : {}
}

const isTakenOver = (sessionId: string): boolean =>
  scratchFolders()
    .map(scratchOf)
    .some((scratch) => scratch.sessionId === sessionId && !scratch.isLeft)

/** A process namespace with one marked process belongs to the session as a whole. */
function inMarkedNamespace(table: ProcessTable, isMarked: (entry: ProcessEntry) => boolean, ours: string) {
  const namespaces = new Set([...table.values()].filter(isMarked).map((entry) => entry.pidNamespace))
  namespaces.delete(ours)
  namespaces.delete('')
  return (entry: ProcessEntry) => isMarked(entry) || namespaces.has(entry.pidNamespace)
}
