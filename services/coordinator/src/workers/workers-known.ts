import { workerIdIn } from '@mosaic/contracts/worker'
import { hashOf } from './secret-hash.ts'
import type { Standing } from './standings.ts'

/** Whether a credential is that of a worker that has joined and was not removed. One that is new is waited for in the log. */
export function workersKnown(
  standings: () => Readonly<Record<string, Standing>>,
  caughtUp: () => Promise<unknown>,
): (credential: string) => Promise<boolean> {
  return async (credential) => {
    const workerId = workerIdIn(credential)
    if (workerId === undefined) return false
    const hash = hashOf(credential)
    const isKnown = () => standings()[workerId]?.credentialHash === hash
    if (isKnown()) return true
    await caughtUp()
    return isKnown()
  }
}
