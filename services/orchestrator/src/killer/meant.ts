import { isInScope, type KillNote, type Scoped, type Strike } from '@mosaic/contracts/fleet'
import type { Clock } from '@mosaic/contracts/kernel'
import { uuidv5 } from '@mosaic/event-store/event-id'

/** What is heard later than this may have been kept by somebody to be said again; the log has it. In milliseconds. */
const freshMs = 60_000

/** Whether what was heard was asked for just now. Machines' clocks may differ by so much as well. */
export const isFresh = ({ requestedAt }: Strike, clock: Clock): boolean =>
  Math.abs(clock.now().getTime() - Date.parse(requestedAt)) <= freshMs

/** Whether a session is one of those that are to be killed. */
export function isMeant({ target, workspaceId }: Strike, session: Scoped & { readonly workspaceId: string }): boolean {
  if (session.workspaceId !== workspaceId) return false
  if (target.kind === 'scope') return isInScope(target.scope, session)
  const isBelow = target.tree && session.ancestors.includes(target.sessionId)
  return session.sessionId === target.sessionId || isBelow
}

/** The kill of one of them, under the id by which it comes into the log once, whoever carries it out. */
export function noteFor({ target, ...request }: Strike, sessionId: string): KillNote {
  if (target.kind === 'scope') {
    const { killAllId } = target
    return { ...request, killAllId, tree: false, commandId: uuidv5(`${killAllId}/${sessionId}`) }
  }
  const { tree } = target
  if (sessionId === target.sessionId) return { ...request, killAllId: null, tree }
  return { ...request, killAllId: null, tree, commandId: uuidv5(`${request.commandId}/tree/${sessionId}`) }
}
