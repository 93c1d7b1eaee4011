import { setTimeout as delay } from 'node:timers/promises'
import type { Container } from 'dockerode'
import { type ContainerGroup, groupOfContainer } from './docker-group.ts'
import { unlessStatus } from './docker-status.ts'
import { pollUntil } from './poll-until.ts'
import { isAlive, readProcessTable } from './process-table.ts'

/** All that runs in a container, as the kernel shows it where that is this machine's, or else as the engine does. */
export type ContainerProcesses = {
  /** SIGKILL to all of it; answers how many there were, as far as that is known at once. */
  kill(): Promise<number>
  /** Waits until nobody is left, or `timeoutMs` have passed; answers whether that was seen. */
  awaitEnd(timeoutMs: number): Promise<boolean>
  /** Their pids; none is the proof that the container is over. */
  alive(): Promise<number[]>
}

const pollMs = 20

/** Of a container that runs. What its group tells and does takes the engine no time, which has a hundred others to see to. */
export async function processesOf(container: Container): Promise<ContainerProcesses> {
  const { State } = await container.inspect()
  const group = groupOf(container.id, State.Pid)
  return group ? byGroup(container, group) : byEngine(container)
}

function groupOf(containerId: string, pid: number): ContainerGroup | undefined {
  try {
    return groupOfContainer(containerId, pid)
  } catch {
    return undefined
  }
}

/** The engine hears of the end from the kernel, as we do, and clears away when it gets to that. */
function byGroup(container: Container, group: ContainerGroup): ContainerProcesses {
  let struck = false
  return {
    async kill() {
      const met = group.kill()
      // Whom one stroke has not ended, e.g. because the engine was about to pause it, it may help to do both.
      const isEnough = met === 0 || (met !== undefined && !struck)
      struck = true
      return isEnough ? met : Math.max(met ?? 0, await killByEngine(container, () => group.members()))
    },
    awaitEnd: (timeoutMs) => pollUntil(group.isEmpty, timeoutMs),
    alive: () => group.members(),
  }
}

/** The engine is another machine's or in a virtual one, or the container had ended before it was looked at: it takes longer. */
function byEngine(container: Container): ContainerProcesses {
  const alive = () => lookedUp(container)
  return {
    kill: () => killByEngine(container, alive),
    async awaitEnd(timeoutMs) {
      const until = performance.now() + timeoutMs
      const stopped = container.wait().then(() => true, unlessStatus(404))
      const isOver = await Promise.race([stopped, delay(timeoutMs, false, { ref: false })])
      if (isOver === false) return false
      while ((await alive()).length > 0) {
        if (performance.now() >= until) return false
        await delay(pollMs)
      }
      return true
    },
    alive,
  }
}

async function killByEngine(container: Container, alive: () => Promise<number[]>): Promise<number> {
  const killed = container.kill({ signal: 'SIGKILL' }).then(() => 1, unlessStatus(404, 409))
  // The kernel may be faster than the look at who was there; the container's first process was.
  const [{ length }, first = 0] = await Promise.all([alive(), killed])
  return Math.max(length, first)
}

async function lookedUp(container: Container): Promise<number[]> {
  const table = await readProcessTable()
  const counted = [...table.values()].filter((entry) => isAlive(entry) && entry.cgroups.includes(container.id))
  if (counted.length > 0) return counted.map((entry) => entry.pid)
  const top = await container.top({ ps_args: '-o pid' }).catch(unlessStatus(404, 409, 500))
  const listed: string[][] = top?.Processes ?? []
  return listed.map(([pid]) => Number(pid))
}
