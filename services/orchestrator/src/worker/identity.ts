import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { newId, uuid } from '@mosaic/contracts/kernel'
import { writePrivateFile } from '@mosaic/runtime'
import type { Configuration } from '../configuration.ts'

/** Which worker an orchestrator is, and what it can be asked for. */
export type WorkerIdentity = {
  readonly workerId: string
  readonly name: string
  readonly labels: ReadonlySet<string>
  /** How many agents it runs at once. */
  readonly slots: number
}

export const identityOf = (config: Configuration): WorkerIdentity => ({
  workerId: config.MOSAIC_WORKER_ID ?? idIn(join(config.MOSAIC_DATA_DIR, 'worker-id')),
  name: config.MOSAIC_WORKER_NAME ?? hostname(),
  labels: new Set(config.MOSAIC_WORKER_LABELS ?? []),
  slots: config.MOSAIC_WORKER_SLOTS ?? Infinity,
})

/** The same after each start: a data folder is one worker. */
function idIn(file: string): string {
  const known = existsSync(file) ? uuid.safeParse(readFileSync(file, 'utf8').trim()).data : undefined
  if (known !== undefined) return known
  const made = newId()
  writePrivateFile(file, `${made}\n`)
  return made
}
