import { readFileSync } from 'node:fs'
import type { Enclosure } from './enclosure.ts'
import { withDescendants } from './process-table.ts'
import { aliveMembers, continueTree, type Members, send, stopTree } from './process-tree.ts'

/** The first process of a pid namespace, and the namespace's name while somebody holds it open. */
export type NamespaceInit = { readonly pid: number; readonly startedAt: string; readonly namespace: string }

/**
 * Ends by SIGKILL to the namespace's first process. The kernel kills everybody else in there and reaps them all before
 * that process becomes a zombie (pid_namespaces(7)), and lets nobody be born after: its end is the proof.
 */
export function namespaceEnclosure(init: NamespaceInit): Enclosure {
  const members: Members = (table) => withDescendants(table, (entry) => entry.pidNamespace === init.namespace)
  const isEmpty = () => hasEnded(init)
  return {
    kill() {
      if (isEmpty()) return 0
      send(init.pid, 'SIGKILL')
      return 1
    },
    isEmpty,
    members: async () => (isEmpty() ? [] : (await aliveMembers(members)).map((entry) => entry.pid)),
    stop: () => stopTree(members),
    go: () => continueTree(members),
  }
}

export function initOf(pid: number, namespace: string): NamespaceInit {
  const stat = statOf(pid)
  if (!stat) throw new Error(`the first process ${pid} has ended`)
  return { pid, startedAt: stat.startedAt, namespace }
}

/** A number that another process has by now was free in between. */
function hasEnded({ pid, startedAt }: NamespaceInit): boolean {
  const stat = statOf(pid)
  return !stat || stat.startedAt !== startedAt || stat.state === 'Z' || stat.state === 'X'
}

/** Of proc_pid_stat(5), after the name in brackets: state is field 3, starttime field 22. */
function statOf(pid: number): { state: string; startedAt: string } | undefined {
  const line = orEmpty(`/proc/${pid}/stat`)
  const [state, ...fields] = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const startedAt = fields[18]
  return state && startedAt ? { state, startedAt } : undefined
}

function orEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
