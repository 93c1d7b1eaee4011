import { setTimeout as wait } from 'node:timers/promises'
import { StoreUnavailableError } from '@mosaic/event-store'

/** Repeats work until the event store has answered. The work must be safe to repeat. @throws the signal's reason */
export async function persistently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let delayMs = 200; ; delayMs = Math.min(delayMs * 2, 2000)) {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error
      await wait(delayMs, undefined, { signal })
    }
  }
}
