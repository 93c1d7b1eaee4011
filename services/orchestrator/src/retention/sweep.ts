import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '@mosaic/runtime'
import type { Ages } from './expired.ts'
import type { Retention } from './retention.ts'

const everyMs = 6 * 3_600_000

/** Applies the retention on each start, once the log is read, and once in a while. Ends with the signal; never rejects. */
export async function sweepNowAndThen(
  retention: Retention,
  { ages, ready, logger, signal }: { ages: Ages; ready: Promise<void>; logger: Logger; signal: AbortSignal },
): Promise<void> {
  await Promise.race([ready, new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))])
  while (!signal.aborted) {
    try {
      const removed = await retention.apply({ ages, dryRun: false })
      if (removed.length > 0) logger.info({ removed }, 'what was kept long enough is taken away')
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error }, 'what is kept too long cannot be looked for')
    }
    await wait(everyMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
