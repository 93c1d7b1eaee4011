import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Container } from 'dockerode'
import { isAlive, readProcessTable } from './process-table.ts'
import { unlessStatus } from './docker-status.ts'

/**
 * What this machine's kernel counts to the container's control group. Only where that is nothing, because the
 * engine is another machine's or in a virtual one, is the engine asked, which takes far longer.
 */
export async function processesOf(container: Container): Promise<number[]> {
  const table = await readProcessTable()
  const counted = [...table.values()].filter((entry) => isAlive(entry) && entry.cgroups.includes(container.id))
  if (counted.length > 0) return counted.map((entry) => entry.pid)
  const top = await container.top({ ps_args: '-o pid' }).catch(unlessStatus(404, 409, 500))
  const listed: string[][] = top?.Processes ?? []
  return listed.map(([pid]) => Number(pid))
}

/** Answers how many there are, as far as that is known at once: a kill waits for nobody's count. */
export async function counterOf(container: Container): Promise<() => number> {
  const { State } = await container.inspect()
  const group = groupOf(State.Pid, container.id)
  return () => (group ? linesOf(join(group, 'cgroup.procs')).length : 0)
}

/** The folder of the container's control group, where the engine is this machine's; see cgroups(7). */
function groupOf(pid: number, containerId: string): string | undefined {
  const folders = linesOf(`/proc/${pid}/cgroup`).flatMap((line) => {
    const [, controllers, ...path] = line.split(':')
    const group = path.join(':')
    if (!group.includes(containerId)) return []
    const places = controllers === '' ? ['', 'unified'] : [controllers ?? '']
    return places.map((place) => join('/sys/fs/cgroup', place, group))
  })
  return folders.find((folder) => existsSync(join(folder, 'cgroup.procs')))
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}
