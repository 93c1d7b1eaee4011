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
  const orderly = supervisorRuns(state)
  const left = processesOf(state)
  if (orderly && state.supervisor) signal(state.supervisor.pid, 'SIGTERM')
  // Read again while waiting: a component may be restarted between the reading and the signal.
  await untilGone(left, orderly ? stopLimitMs : graceMs)
  const after = readState(paths)
  if (after) await untilGone(processesOf(after), 0)
  rmSync(paths.run, { force: true })
  if (after && after.status !== 'stopped') writeState(paths, { ...after, supervisor: null, status: 'stopped' })
  return left.length > 0
}
