import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { isShortage } from './shortage.ts'

/** One process as the kernel shows it now. What a getter cannot read (gone, or another user's) is ''; a process that has no file descriptor left to read it throws. */
export type ProcessEntry = {
  readonly pid: number
  readonly parent: number
  /** One letter of proc_pid_stat(5): R S D T t Z X I. */
  readonly state: string
  /** `pid:[4026531836]` */
  readonly pidNamespace: string
  /** Its pid as seen from in there. */
  readonly pidInNamespace: number
  /** Environment at the last exec. */
  readonly environment: ReadonlySet<string>
  /** Hard RLIMIT_LOCKS, which the kernel has not used since 2.4: free to carry a mark. */
  readonly lockLimit: string
  readonly cgroups: string
}

export type ProcessTable = ReadonlyMap<number, ProcessEntry>

const entriesPerTurn = 64

/** Dead ones still in the table are nobody's survivors. */
export const isAlive = (entry: ProcessEntry): boolean => entry.state !== 'Z' && entry.state !== 'X'
export const isStopped = (entry: ProcessEntry): boolean => entry.state === 'T' || entry.state === 't'

/** `members` and everything that descends from them. */
export function withDescendants(table: ProcessTable, isMember: (entry: ProcessEntry) => boolean): ProcessEntry[] {
  const known = new Map<number, boolean>()
  const belongs = (entry: ProcessEntry): boolean => {
    const seen = known.get(entry.pid)
    if (seen !== undefined) return seen
    known.set(entry.pid, false)
    const parent = table.get(entry.parent)
    const answer = isMember(entry) || (parent !== undefined && belongs(parent))
    known.set(entry.pid, answer)
    return answer
  }
  return [...table.values()].filter(belongs)
}

/**
 * Reads /proc. Callers that ask while a scan is under way share the one that starts after it, so that killing
 * fifty sandboxes at once costs a few scans, not hundreds.
 */
export const readProcessTable: () => Promise<ProcessTable> = coalesced(scan)

function coalesced<T>(run: () => Promise<T>): () => Promise<T> {
  let current: Promise<unknown> = Promise.resolve()
  let next: Promise<T> | undefined
  return () => {
    next ??= current.then(() => {
      next = undefined
      const started = run()
      current = started.catch(() => undefined)
      return started
    })
    return next
  }
}

async function scan(): Promise<ProcessTable> {
  const table = new Map<number, ProcessEntry>()
  const pids = readdirSync('/proc').filter((name) => name.charCodeAt(0) <= 57)
  for (const [index, name] of pids.entries()) {
    // procfs answers in microseconds; yielding now and then keeps the event loop free on a busy machine.
    if (index % entriesPerTurn === entriesPerTurn - 1) await new Promise(setImmediate)
    const entry = readEntry(name)
    if (entry) table.set(entry.pid, entry)
  }
  return table
}

function readEntry(name: string): ProcessEntry | undefined {
  const stat = orEmpty(() => readFileSync(`/proc/${name}/stat`, 'latin1'))
  // The command's name is in brackets and may itself hold brackets and spaces.
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 2)
  if (!state || !parent) return undefined
  return {
    pid: Number(name),
    parent: Number(parent),
    state,
    get pidNamespace() {
      return once(this, 'pidNamespace', () => orEmpty(() => readlinkSync(`/proc/${name}/ns/pid`)))
    },
    get pidInNamespace() {
      return once(this, 'pidInNamespace', () => {
        const status = orEmpty(() => readFileSync(`/proc/${name}/status`, 'latin1'))
        return Number(/^NSpid:.*?(\d+)$/m.exec(status)?.[1] ?? 0)
      })
    },
    get environment() {
      return once(
        this,
        'environment',
        () => new Set(orEmpty(() => readFileSync(`/proc/${name}/environ`, 'latin1')).split('\0')),
      )
    },
    get lockLimit() {
      return once(this, 'lockLimit', () => {
        const limits = orEmpty(() => readFileSync(`/proc/${name}/limits`, 'latin1'))
        return /^Max file locks\s+\S+\s+(\S+)/m.exec(limits)?.[1] ?? ''
      })
    },
    get cgroups() {
      return once(this, 'cgroups', () => orEmpty(() => readFileSync(`/proc/${name}/cgroup`, 'latin1')))
    },
  }
}

function once<T>(target: object, key: string, read: () => T): T {
  const value = read()
  Object.defineProperty(target, key, { value })
  return value
}

function orEmpty(read: () => string): string {
  try {
    return read()
  } catch (error) {
    if (isShortage(error)) throw error
    return ''
  }
}
