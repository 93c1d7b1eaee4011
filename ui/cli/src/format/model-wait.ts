import type { SessionView } from '@mosaic/contracts/agent-session'
import { clockTime, duration } from './text.ts'

/** Since when a session waits for its model, and until when; `null` when it does not. Times are UTC. */
export function modelWaitText({ modelWait }: Pick<SessionView, 'modelWait'>, now: Date): string | null {
  if (!modelWait) return null
  const left = Date.parse(modelWait.nextTryAt) - now.getTime()
  const next = left > 0 ? `next try in ${duration(left)}` : 'trying now'
  return `waiting for the model since ${clockTime(modelWait.since)}, ${next}`
}
