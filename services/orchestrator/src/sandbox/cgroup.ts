import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { canKillGroup, cgroupEnclosure } from './cgroup-enclosure.ts'
import type { SandboxLimits } from './contract.ts'
import type { Enclosure } from './enclosure.ts'

/** A control group of one sandbox, with those limits that this machine lets us set. */
export type Cgroup = {
  /** A process joins by writing its pid into each of these. */
  readonly procsFiles: readonly string[]
  /** The group that ends and freezes all of its members at one stroke, where this machine has such groups. */
  readonly whole: string | undefined
  readonly enforced: { readonly memory: boolean; readonly cpu: boolean; readonly pids: boolean }
  remove(): Promise<void>
}

const root = '/sys/fs/cgroup'
/** Where cgroup v2 is beside the hierarchies of v1: without controllers, but its groups can be killed and frozen. */
const besideV1 = join(root, 'unified')
const cpuPeriodUs = 100_000

type Controller = 'memory' | 'cpu' | 'pids'
type Setting = readonly [file: string, value: string]

/**
 * Best effort: root and systemd user sessions have a place to make groups, a plain login often does not.
 * Where it fails nothing is limited and `enforced` says so.
 */
export function createCgroup(name: string, limits: SandboxLimits): Cgroup {
  const groups = existsSync(join(root, 'cgroup.controllers')) ? unified(name, limits) : perController(name, limits)
  const usable = groups.filter(
    (group) => (group.controllers.length > 0 || canKillGroup(group.path)) && canJoin(group.path),
  )
  const enforces = (controller: Controller) => usable.some((group) => group.controllers.includes(controller))
  return {
    procsFiles: usable.map((group) => join(group.path, 'cgroup.procs')),
    whole: usable.map(({ path }) => path).find(canKillGroup),
    enforced: { memory: enforces('memory'), cpu: enforces('cpu'), pids: enforces('pids') },
    remove: () => removeCgroup(name),
  }
}

/** Groups that can be ended at one stroke, by their names' beginning; whoever made them. */
export const groupsWith = (prefix: string): { readonly name: string; readonly enclosure: Enclosure }[] =>
  pathsWith(prefix)
    .filter(canKillGroup)
    .map((path) => ({ name: basename(path), enclosure: cgroupEnclosure(path) }))

export const groupsNamed = (name: string): Enclosure[] => pathsOf(name).filter(canKillGroup).map(cgroupEnclosure)

/** Those of which nobody is left, not even somebody who might need them. */
export function removeEmptyCgroups(prefix: string, isLeft: (name: string) => boolean): void {
  for (const path of pathsWith(prefix)) {
    if (!isLeft(basename(path))) continue
    try {
      rmdirSync(path)
    } catch {
      // Somebody lives in it: its session is going to be cleaned up.
    }
  }
}

/** Also for what an orchestrator that crashed has left. */
export async function removeCgroups(prefix: string): Promise<void> {
  for (const path of pathsWith(prefix)) await removeGroup(path)
}

export async function removeCgroup(name: string): Promise<void> {
  for (const path of pathsOf(name)) if (existsSync(path)) await removeGroup(path)
}

const pathsWith = (prefix: string): string[] =>
  pathsOf(prefix).flatMap((path) => {
    const place = dirname(path)
    const names = existsSync(place) ? readdirSync(place) : []
    return names.filter((name) => name.startsWith(prefix)).map((name) => join(place, name))
  })

function pathsOf(name: string): string[] {
  const own = ownGroups()
  return existsSync(join(root, 'cgroup.controllers'))
    ? [unifiedPath(own, name)]
    : [hybridPath(own, name), ...controllers.map((controller) => controllerPath(own, controller, name))]
}

const joinable = new Map<string, boolean>()

/** A group that one can make but not move a process into limits nothing: tried once per place, for real. */
function canJoin(path: string): boolean {
  const place = dirname(path)
  const known = joinable.get(place)
  if (known !== undefined) return known
  const script = 'echo $$ 2>/dev/null >"$1"'
  const works = spawnSync('/bin/sh', ['-c', script, 'sh', join(path, 'cgroup.procs')]).status === 0
  joinable.set(place, works)
  return works
}

type Group = { readonly path: string; readonly controllers: readonly Controller[] }

/** cgroup v2. A sibling of our own group, since a group that holds processes cannot limit children of its own. */
function unified(name: string, limits: SandboxLimits): Group[] {
  const path = unifiedPath(ownGroups(), name)
  const settings: Record<Controller, Setting[]> = {
    memory: [
      ['memory.max', String(limits.memoryBytes)],
      ['memory.swap.max', '0'],
    ],
    cpu: [['cpu.max', `${Math.round(limits.cpus * cpuPeriodUs)} ${cpuPeriodUs}`]],
    pids: [['pids.max', String(limits.pids)]],
  }
  return [{ path, controllers: controllers.filter((controller) => configure(path, settings[controller])) }]
}

/** cgroup v1: one hierarchy per controller, groups nest anywhere. */
function perController(name: string, limits: SandboxLimits): Group[] {
  const own = ownGroups()
  const settings: Record<Controller, Setting[]> = {
    memory: [['memory.limit_in_bytes', String(limits.memoryBytes)]],
    cpu: [
      ['cpu.cfs_period_us', String(cpuPeriodUs)],
      ['cpu.cfs_quota_us', String(Math.round(limits.cpus * cpuPeriodUs))],
    ],
    pids: [['pids.max', String(limits.pids)]],
  }
  const limiting = controllers.map((controller): Group => {
    const path = controllerPath(own, controller, name)
    return { path, controllers: configure(path, settings[controller]) ? [controller] : [] }
  })
  const whole = hybridPath(own, name)
  return configure(whole, []) ? [...limiting, { path: whole, controllers: [] }] : limiting
}

const unifiedPath = (own: ReadonlyMap<string, string>, name: string) => join(root, dirname(own.get('') ?? '/'), name)
const hybridPath = (own: ReadonlyMap<string, string>, name: string) => join(besideV1, own.get('') ?? '/', name)
const controllerPath = (own: ReadonlyMap<string, string>, controller: Controller, name: string) =>
  join(root, controller, own.get(controller) ?? '/', name)

const controllers: readonly Controller[] = ['memory', 'cpu', 'pids']

/** Controller (v2: '') → our own group, from cgroups(7) `id:controllers:path` lines. */
function ownGroups(): Map<string, string> {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n')
  return new Map(
    lines.flatMap((line) => {
      const [, names = '', ...path] = line.split(':')
      return names.split(',').map((controller): [string, string] => [controller, path.join(':')])
    }),
  )
}

function configure(path: string, settings: readonly Setting[]): boolean {
  try {
    if (!existsSync(path)) mkdirSync(path)
    // A file that is not there means that the controller is off here; writing must not create it elsewhere.
    for (const [file, value] of settings) writeFileSync(join(path, file), value, { flag: 'r+' })
    return true
  } catch {
    return false
  }
}

async function removeGroup(path: string): Promise<void> {
  // The kernel lets go of the last process a moment after it has died.
  for (let attempt = 0; attempt < 20; attempt += 1) {
    try {
      return rmdirSync(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      await delay(25)
    }
  }
  return undefined
}
