import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canKillGroup, cgroupEnclosure } from './cgroup-enclosure.ts'

/** The control group of a container of this machine's engine, which nobody in there leaves. */
export type ContainerGroup = {
  /** SIGKILL to all of it at one stroke; answers how many there were, or nothing where only the engine can do that. */
  kill(): number | undefined
  /** Shown by the kernel: nobody in there is alive. */
  isEmpty(): boolean
  /** Pids, on the host, of who is alive in there. */
  members(): Promise<number[]>
}

type Line = { readonly controllers: string; readonly group: string }

const root = '/sys/fs/cgroup'

/**
 * The group that a process of the container is in, see cgroups(7); nothing where the engine's machine is another one, and
 * the pid not its process here.
 */
export function groupOfContainer(containerId: string, pid: number): ContainerGroup | undefined {
  const own = linesOf(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).flatMap((line) => {
    const [, controllers = '', ...path] = line.split(':')
    const group = path.join(':')
    return group.includes(containerId) ? [{ controllers, group }] : []
  })
  const whole = own.flatMap(placesOf).find(canKillGroup)
  if (whole !== undefined) return killable(whole, own.find(isFreezer))
  const listed = own.flatMap(placesOf).find((folder) => existsSync(join(folder, procs)))
  return listed === undefined ? undefined : readable(listed)
}

const procs = 'cgroup.procs'
const isFreezer = ({ controllers }: Line): boolean => controllers === 'freezer'

/** cgroup v2 is the root, or stands beside the hierarchies of v1. */
const placesOf = ({ controllers, group }: Line): string[] =>
  (controllers === '' ? ['', 'unified'] : [controllers.replace(/^name=/, '')]).map((place) => join(root, place, group))

/** @param freezer Where the engine pauses containers by a group of v1: who is frozen by that dies once it is thawed. */
function killable(folder: string, freezer: Line | undefined): ContainerGroup {
  const { kill, isEmpty, members } = cgroupEnclosure(folder)
  const states = (freezer ? placesOf(freezer) : []).map((place) => join(place, 'freezer.state'))
  const thaw = () => states.filter((file) => existsSync(file)).forEach((file) => writeFileSync(file, 'THAWED'))
  return {
    kill: () =>
      unlessForbidden(() => {
        const met = kill()
        thaw()
        return met
      }),
    isEmpty,
    members,
  }
}

/** An older kernel's, or one without cgroup v2. A group that is gone has nobody in it. */
function readable(folder: string): ContainerGroup {
  const pids = () => {
    try {
      return linesOf(readFileSync(join(folder, procs), 'utf8')).map(Number)
    } catch (error) {
      if (isGone(error)) return []
      throw error
    }
  }
  return { kill: () => undefined, isEmpty: () => pids().length === 0, members: async () => pids() }
}

/** Groups of an engine that root runs are root's. What is gone meanwhile needs nothing any more. */
function unlessForbidden<T>(access: () => T): T | undefined {
  try {
    return access()
  } catch (error) {
    if (forbidden.has((error as NodeJS.ErrnoException).code)) return undefined
    throw error
  }
}

const forbidden: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EROFS'])
const isGone = (error: unknown): boolean => ['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')
const linesOf = (text: string): string[] => text.split('\n').filter(Boolean)
