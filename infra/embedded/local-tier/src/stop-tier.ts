import { rmSync } from 'node:fs'
import { graceMs, processesOf, signal, untilGone } from './leftovers.ts'
import { pathsOf } from './paths.ts'
import { readState, supervisorRuns, writeState } from './state.ts'

/** A supervisor stops its components in order, each within 12 s; after this long it is not stopping any more. */
const stopLimitMs = 60_000

/**
 * Stops the instance of a data folder, whoever started it, and settles when none of its processes is left. Also
 * cleans up after a supervisor that was killed. Answers whether there was anything to stop.
 */
export async function stopTier(dataDir: string): Promise<boolean> {
  const paths = pathsOf(dataDir)
  const state = readState(paths)
  if (!state) return false
  const left = processesOf(state)
  if (state.supervisor && supervisorRuns(state)) {
    signal(state.supervisor.pid, 'SIGTERM')
    // It ends last. Killed meanwhile, it leaves the components to themselves, and those have little time.
    await untilGone([state.supervisor], stopLimitMs)
  }
  await untilGone(left, graceMs)
  const after = readState(paths)
  if (after) await untilGone(processesOf(after), 0)
  rmSync(paths.run, { force: true })
  if (after && after.status !== 'stopped') writeState(paths, { ...after, supervisor: null, status: 'stopped' })
  return left.length > 0
}
