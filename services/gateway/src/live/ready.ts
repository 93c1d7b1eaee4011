import { RejectedError } from '@mosaic/http'
import type { Feed } from './feed.ts'
import { storeIsDown } from './follow-session.ts'

const readyTimeoutMs = 3000

/** Waits until the feed misses nothing any more; refuses when the event store has not been reached since the start. */
export async function untilReady(feed: Feed): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), readyTimeoutMs)
  })
  const first = await Promise.race([feed.ready, late])
  clearTimeout(timer)
  if (first === 'late') throw new RejectedError(storeIsDown)
}
