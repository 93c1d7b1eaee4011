import { setTimeout as delay } from 'node:timers/promises'
import { isAlive, type ProcessIdentity } from '@mosaic/runtime'
import type { State } from './state.ts'

/** Services end by themselves within 5 s when their supervisor is gone, engines at once. */
export const graceMs = 6000

/** Every process that the records name and that still runs. */
export function processesOf(state: State): ProcessIdentity[] {
  const recorded = Object.values(state.components).map((component) => component?.process ?? null)
  return [state.supervisor, ...recorded].filter((process) => process !== null).filter(isAlive)
}

/**
 * Waits until none of these processes runs; after `graceMs` those that are left get SIGKILL. Components notice by
 * themselves that their supervisor is gone, so that the grace is usually enough.
 */
export async function untilGone(processes: readonly ProcessIdentity[], graceMs: number): Promise<void> {
  const killAt = performance.now() + graceMs
  let left = processes.filter(isAlive)
  while (left.length > 0) {
    if (performance.now() > killAt) for (const { pid } of left) signal(pid, 'SIGKILL')
    await delay(50)
    left = left.filter(isAlive)
  }
}

/** Sends a signal; a process that is gone by now is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
