import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '@mosaic/runtime'
import type { RunningSession } from '../runtimes/index.ts'

type Starting = ReadonlyMap<string, Promise<Pick<RunningSession, 'park' | 'stop'> | undefined>>

const [tries, betweenMs] = [3, 500]

/**
 * Lets go of sessions, each by itself: one that cannot be let go of, e.g. since its sandbox cannot be ended, holds nobody up.
 * It is tried a few times, since a half is worse than none, and then said. Never rejects.
 */
export async function letGo(starting: Starting, how: 'park' | 'stop', logger: Logger): Promise<void> {
  const each = [...starting].map(async ([sessionId, begun]) => {
    const session = await begun
    for (let left = tries; session && left > 0; left--) {
      try {
        return await session[how]()
      } catch (error) {
        logger.error({ sessionId, err: error, triesLeft: left - 1 }, 'a session cannot be let go of as a whole')
        if (left > 1) await wait(betweenMs)
      }
    }
  })
  await Promise.all(each)
}
