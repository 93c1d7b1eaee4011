import { agentSessionStream, hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { foldStream, inTime } from '@mosaic/event-store'
import type { Caller } from '@mosaic/http/caller'
import { sessionView } from '@mosaic/views'
import type { FeatureDeps } from './deps.ts'

export type Landable = {
  readonly session: SessionView
  readonly repository: string
  readonly branch: string
  readonly into: string
}

/** The work of a session that has ended, and with which no other goes on. */
export async function landable(
  { store }: FeatureDeps,
  { sessionId, into: named }: { sessionId: string; into?: string | undefined },
  { workspaceId }: Caller,
): Promise<Result<Landable, Rejection<RejectionCode>>> {
  const { states } = await inTime(foldStream(store, sessionView, { streamId: agentSessionStream.of(sessionId) }))
  const [session] = states
  if (!session) return err({ code: 'SESSION_NOT_FOUND', message: 'there is no such session' })
  if (session.workspaceId !== workspaceId)
    return err({ code: 'WRONG_WORKSPACE', message: 'the session belongs to another workspace' })
  const { status, successorSessionId, repository, branch, baseBranch, isPruned } = session
  if (!hasEnded(status)) return err({ code: 'SESSION_NOT_OVER', message: `the session is ${status}: it works on this` })
  if (successorSessionId !== null) {
    const message = `${successorSessionId} goes on with this: land that one's work`
    return err({ code: 'SESSION_CONTINUED', message })
  }
  const into = named ?? baseBranch
  if (repository === null || branch === null || into === null || isPruned)
    return err({ code: 'BRANCH_NOT_FOUND', message: 'the session has no branch' })
  return ok({ session, repository, branch, into })
}
