import { setTimeout as delay } from 'node:timers/promises'
import { isAlive, isStopped, type ProcessEntry, type ProcessTable, readProcessTable } from './process-table.ts'

/** Picks a sandbox's processes out of the machine's. */
export type Members = (table: ProcessTable) => ProcessEntry[]

const settleMs = 5
const stopWithinMs = 2_000

export async function aliveMembers(members: Members): Promise<ProcessEntry[]> {
  return members(await readProcessTable()).filter(isAlive)
}

/** SIGSTOP until a scan finds nobody running: a process that forks while it is being stopped is caught by the next round. */
export async function stopTree(members: Members): Promise<void> {
  const until = performance.now() + stopWithinMs
  while (performance.now() < until) {
    const running = (await aliveMembers(members)).filter((entry) => !isStopped(entry))
    if (running.length === 0) return
    for (const entry of running) send(entry.pid, 'SIGSTOP')
    await delay(settleMs)
  }
}

export async function continueTree(members: Members): Promise<void> {
  for (const entry of await aliveMembers(members)) send(entry.pid, 'SIGCONT')
}

/** SIGKILL until nobody is left or `withinMs` have passed; answers how many it met. */
export async function killTree(members: Members, withinMs: number): Promise<number> {
  const until = performance.now() + withinMs
  const met = new Set<number>()
  for (;;) {
    const alive = await aliveMembers(members)
    killAll(alive)
    for (const entry of alive) met.add(entry.pid)
    if (alive.length === 0 || performance.now() >= until) return met.size
    await delay(settleMs)
  }
}

/** Stopped first: nobody forks again, or reports a child's death, before it is its own turn. */
export function killAll(entries: readonly ProcessEntry[]): void {
  for (const entry of entries) send(entry.pid, 'SIGSTOP')
  for (const entry of entries) send(entry.pid, 'SIGKILL')
}

export async function awaitEmpty(members: Members, timeoutMs: number): Promise<boolean> {
  const until = performance.now() + timeoutMs
  for (;;) {
    if ((await aliveMembers(members)).length === 0) return true
    if (performance.now() >= until) return false
    await delay(settleMs)
  }
}

export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // Gone between the scan and the signal is what we wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
