import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Container } from 'dockerode'
import { unlessStatus } from './docker-status.ts'
import { isAlive, readProcessTable } from './process-table.ts'

export type ContainerProcesses = {
  /** How many there are, as far as that is known at once: a kill waits for nobody's count. */
  count(): number
  /** Their pids; none is the proof that the container is over. */
  alive(): Promise<number[]>
}

/**
 * Where the engine is this machine's, the kernel itself says who is in the container's control group, which nobody in there
 * leaves. A group that is gone has nobody in it.
 */
export function processesOf(container: Container): ContainerProcesses {
  let group: string | undefined
  const found = groupOf(container).then(
    (folder) => (group = folder),
    () => undefined,
  )
  return {
    count: () => (group === undefined ? 0 : pidsIn(group).length),
    async alive() {
      await found
      return group === undefined ? lookedUp(container) : readPids(group)
    },
  }
}

const procs = 'cgroup.procs'

/** The folder of the container's control group; see cgroups(7). */
async function groupOf(container: Container): Promise<string | undefined> {
  const { State } = await container.inspect()
  const folders = lines(readFileSync(`/proc/${State.Pid}/cgroup`, 'utf8')).flatMap((line) => {
    const [, controllers, ...path] = line.split(':')
    const group = path.join(':')
    if (!group.includes(container.id)) return []
    const places = controllers === '' ? ['', 'unified'] : [controllers ?? '']
    return places.map((place) => join('/sys/fs/cgroup', place, group))
  })
  return folders.find((folder) => existsSync(join(folder, procs)))
}

function pidsIn(group: string): number[] {
  try {
    return lines(readFileSync(join(group, procs), 'utf8')).map(Number)
  } catch {
    return []
  }
}

async function readPids(group: string): Promise<number[]> {
  try {
    return lines(await readFile(join(group, procs), 'utf8')).map(Number)
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENODEV')
    if (isGone) return []
    throw error
  }
}

const lines = (text: string): string[] => text.split('\n').filter(Boolean)

/** The engine is another machine's or in a virtual one, or the container had ended before it was looked at: it takes longer. */
async function lookedUp(container: Container): Promise<number[]> {
  const table = await readProcessTable()
  const counted = [...table.values()].filter((entry) => isAlive(entry) && entry.cgroups.includes(container.id))
  if (counted.length > 0) return counted.map((entry) => entry.pid)
  const top = await container.top({ ps_args: '-o pid' }).catch(unlessStatus(404, 409, 500))
  const listed: string[][] = top?.Processes ?? []
  return listed.map(([pid]) => Number(pid))
}
