import { setTimeout as delay } from 'node:timers/promises'

/** An admin has ended this worker for good. */
export class WorkerRemovedError extends Error {
  override readonly name = 'WorkerRemovedError'
}

const lookMs = 500

type Watched = { readonly isRemoved: () => boolean; readonly isEmpty: () => boolean; readonly signal: AbortSignal }

/** Rejects once the worker was removed and has let go of its agents; never otherwise, and no more once it stops. */
export async function removal({ isRemoved, isEmpty, signal }: Watched): Promise<never> {
  while (!isRemoved() || !isEmpty()) {
    await delay(lookMs, undefined, { signal, ref: false }).catch(() => undefined)
    if (signal.aborted) return new Promise(() => {})
  }
  throw new WorkerRemovedError('this worker was removed from its instance, and ends')
}
