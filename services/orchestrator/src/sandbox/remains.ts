import { readlink } from 'node:fs/promises'
import { enclosuresOf } from './clean-up.ts'
import { sessionVariable } from './command-environment.ts'
import { isAlive, type ProcessEntry, type ProcessTable, readProcessTable } from './process-table.ts'
import { killAll } from './process-tree.ts'
import { lockLimitMark } from './session-mark.ts'

/** How many processes, by the session that they belong to. */
export type Counts = ReadonlyMap<string, number>

/**
 * SIGKILL to all that the control groups of these sessions' sandboxes hold, for whoever did not make them: at once, and
 * without waiting for anything.
 */
export function strikeGroups(sessionIds: ReadonlySet<string>): Counts {
  const struck = [...enclosuresOf(sessionIds)].map(([sessionId, enclosures]): [string, number] => {
    return [sessionId, Math.max(0, ...enclosures.map((enclosure) => enclosure.kill()))]
  })
  return new Map(struck)
}

/**
 * Whose processes are alive, shown by the kernel: in their groups, or by the mark that they bear, with all that descend from
 * them. What is found gets SIGKILL: nobody left out is the proof that nothing is left.
 */
export async function strikeRemains(sessionIds: ReadonlySet<string>): Promise<Counts> {
  const alive = new Map<string, number>()
  for (const [sessionId, enclosures] of enclosuresOf(sessionIds)) {
    const populated = enclosures.filter((enclosure) => !enclosure.isEmpty())
    if (populated.length > 0) alive.set(sessionId, Math.max(...populated.map((enclosure) => enclosure.kill())))
  }
  const table = await readProcessTable()
  const ownerOf = owners(table, sessionIds, await readlink('/proc/self/ns/pid'))
  const found = [...table.values()].filter((entry) => isAlive(entry) && ownerOf(entry) !== undefined)
  killAll(found)
  for (const [sessionId, entries] of Map.groupBy(found, (entry) => ownerOf(entry)!)) {
    alive.set(sessionId, Math.max(alive.get(sessionId) ?? 0, entries.length))
  }
  return alive
}

/** Whose a process is: by its own mark, its namespace's, or that of who has started it. */
function owners(table: ProcessTable, sessionIds: ReadonlySet<string>, ourNamespace: string) {
  const byLimit = new Map([...sessionIds].map((sessionId) => [lockLimitMark(sessionId), sessionId]))
  const variable = `${sessionVariable}=`
  const marked = (entry: ProcessEntry): string | undefined => {
    const named = [...entry.environment].find((line) => line.startsWith(variable))?.slice(variable.length)
    return named !== undefined && sessionIds.has(named) ? named : byLimit.get(entry.lockLimit)
  }
  const own = new Map([...table.values()].map((entry) => [entry.pid, marked(entry)]))
  const byNamespace = new Map<string, string>()
  for (const { pid, pidNamespace } of table.values()) {
    const owner = own.get(pid)
    if (owner !== undefined && pidNamespace !== ourNamespace && pidNamespace !== '')
      byNamespace.set(pidNamespace, owner)
  }
  const known = new Map<number, string | undefined>()
  const ownerOf = (entry: ProcessEntry): string | undefined => {
    if (known.has(entry.pid)) return known.get(entry.pid)
    known.set(entry.pid, undefined)
    const parent = table.get(entry.parent)
    const owner = own.get(entry.pid) ?? byNamespace.get(entry.pidNamespace) ?? (parent && ownerOf(parent))
    known.set(entry.pid, owner)
    return owner
  }
  return ownerOf
}
