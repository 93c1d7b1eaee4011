import { isBudgetWait, type SessionView } from '@mosaic/contracts/agent-session'
import { clockTime, duration } from './text.ts'

/** Since when a session waits for its model, or for room in a budget, and until when; `null` when it does not. Times are UTC. */
export function modelWaitText({ modelWait }: Pick<SessionView, 'modelWait'>, now: Date): string | null {
  if (!modelWait) return null
  const left = Date.parse(modelWait.nextTryAt) - now.getTime()
  const next = left > 0 ? `next try in ${duration(left)}` : 'trying now'
  const what = isBudgetWait(modelWait.reason) ? 'a budget' : 'the model'
  return `waiting for ${what} since ${clockTime(modelWait.since)}, ${next}`
}

/** Whose words the reason is. */
export const modelWaitName = ({ modelWait }: Pick<SessionView, 'modelWait'>): string =>
  modelWait && isBudgetWait(modelWait.reason) ? 'budget' : 'model says'
