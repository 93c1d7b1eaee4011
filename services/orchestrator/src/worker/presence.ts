import { setTimeout as delay } from 'node:timers/promises'
import { type WorkerPresence, workersBucket, workerSilenceMs } from '@mosaic/contracts/worker'
import type { Messaging } from '@mosaic/messaging'
import { packageVersion } from '@mosaic/runtime'
import type { Sessions } from '../sessions/sessions.ts'
import type { WorkerIdentity } from './identity.ts'

/** What it says of itself. */
export const presenceOf = (
  { workerId, name, labels, slots }: WorkerIdentity,
  { ownerId, places, draining }: Pick<Sessions, 'ownerId' | 'places' | 'draining'>,
): WorkerPresence => ({
  workerId,
  ownerId,
  name,
  version: packageVersion(import.meta.url),
  labels: [...labels],
  slots: Math.min(slots, places.most),
  live: places.liveHere,
  isEmpty: draining.isEmpty,
})

const everyMs = 2000

/** Says again and again that this worker is there, until the signal is aborted; then, that it is not. */
export async function sayPresence(
  messaging: Messaging,
  presence: () => WorkerPresence,
  signal: AbortSignal,
): Promise<void> {
  const bucket = messaging.keyValue(workersBucket, { maxAgeMs: workerSilenceMs })
  const { workerId } = presence()
  while (!signal.aborted) {
    // While NATS is away nobody hears it, and nobody misses it.
    if (messaging.connected()) await bucket.put(workerId, JSON.stringify(presence())).catch(() => undefined)
    await delay(everyMs, undefined, { signal }).catch(() => undefined)
  }
  if (messaging.connected()) await bucket.delete(workerId).catch(() => undefined)
}
