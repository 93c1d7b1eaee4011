import type { AgentProvider, Sender, Viewer } from '@mosaic/contracts/agent-provider'
import { actorHeaders, orchestratorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { conversationProjection, findConversation } from '@mosaic/conversation'
import { findSession, findSessions, sessionTreeProjection } from '@mosaic/session-tree'
import { killBy, type Killers, orByKiller, strikeOf } from '@mosaic/http/killers'
import { followSession, type LiveSources } from '../live/follow-session.ts'
import { untilReady } from '../live/ready.ts'
import { sessionAccess } from '../live/session-access.ts'
import { pageCursor } from '../queries/cursor.ts'
import { askAs, type ReadModels } from '../queries/read-model.ts'
import type { Upstream } from '@mosaic/http'

type Engines = LiveSources & ReadModels & { readonly orchestrator: Upstream; readonly killers: Killers }

/**
 * Sessions that our orchestrator runs, whatever the runtime: seen through the read models, heard through the live feed,
 * steered through the orchestrator, which alone decides. What control over one means, the session itself says.
 */
export function createOrchestratedProvider({ orchestrator, killers, ...engines }: Engines): AgentProvider {
  const sessions = { ...engines, projection: sessionTreeProjection.name }
  const conversations = { ...engines, projection: conversationProjection.name }
  const { inject, pause, resume, retryModelCall, terminate, kill } = orchestratorRoutes
  const tell =
    <
      Command extends
        | typeof inject
        | typeof pause
        | typeof resume
        | typeof retryModelCall
        | typeof terminate
        | typeof kill,
    >(
      command: Command,
    ) =>
    (sessionId: string, body: unknown, sender: Sender) =>
      orchestrator.call(command, { params: { id: sessionId }, body, headers: headersOf(sender) })

  return {
    listSessions(query, viewer) {
      const filter = { ...query, cursor: pageCursor(query.cursor) }
      return askAs(sessions, viewer, (transaction) => findSessions(transaction, filter))
    },
    async getSession(sessionId, viewer) {
      const found = await askAs(sessions, viewer, (transaction) => findSession(transaction, sessionId))
      if (!found.ok) return found
      return found.value ? ok(found.value) : err(sessionNotFound(sessionId))
    },
    async getMessages(sessionId, query, viewer) {
      const page = await askAs(conversations, viewer, (transaction) => findConversation(transaction, sessionId, query))
      if (!page.ok || page.value.items.length > 0) return page
      // Nothing said yet, or no such session: the log knows.
      const access = await sessionAccess(engines.eventStore, sessionId, viewer.workspaceId)
      return access.ok ? page : access
    },
    async subscribeToMessages(sessionId, { afterRevision, open }, { workspaceId }: Viewer) {
      await untilReady(engines.feed)
      const access = await sessionAccess(engines.eventStore, sessionId, workspaceId)
      if (!access.ok) return access
      const control = new AbortController()
      const { signal } = control
      const ended = followSession(engines, { sessionId, workspaceId, afterRevision, sink: open(), signal })
      return ok({ ended, unsubscribe: () => control.abort() })
    },
    injectMessage: tell(inject),
    pause: tell(pause),
    resume: tell(resume),
    retryModelCall: tell(retryModelCall),
    terminate: tell(terminate),
    kill(sessionId, body, sender) {
      const { reason = null, tree } = body
      const target = { kind: 'session', sessionId, tree } as const
      const struck = killers.strike(strikeOf(sender, { reason, target }))
      const asked = tell(kill)(sessionId, body, sender)
      return orByKiller({ asked, struck, answerOf: (strike) => killBy(sessionId, strike) })
    },
  }
}

/** By these the orchestrator knows who asks. */
export const headersOf = ({
  operatorId,
  name,
  workspaceId,
  commandId,
  traceparent,
}: Sender): Record<string, string> => ({
  [actorHeaders.operatorId]: operatorId,
  [actorHeaders.operatorName]: encodeURIComponent(name),
  [actorHeaders.workspaceId]: workspaceId,
  [actorHeaders.idempotencyKey]: commandId,
  ...(traceparent !== undefined && { [actorHeaders.traceparent]: traceparent }),
})

const sessionNotFound = (id: string) =>
  ({ code: 'SESSION_NOT_FOUND', message: `there is no session ${id}`, field: 'id' }) as const
