import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { actorHeaders, orchestratorRoutes, type RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { type EventStore, foldStream, uuidv5 } from '@mosaic/event-store'
import type { Upstream } from '@mosaic/http'
import { sessionView } from '@mosaic/views'
import type { KnownPullRequest, PullRequestCommand } from '../domain/pull-request/pull-request.ts'
import { endOf } from '../session-end.ts'
import { wordsFor } from './words-for.ts'

export type Open = Extract<KnownPullRequest, { status: 'open' }>
type Next = Result<PullRequestCommand | undefined, Rejection<RejectionCode>>
type Deps = { readonly store: EventStore; readonly orchestrator: Upstream }

/** Milliseconds: for a spawn, and for a push over somebody's network. */
const askMs = 60_000
const pushMs = 150_000

/** Another time there may be room, or whoever has to answer is back. */
const passing: ReadonlySet<RejectionCode> = new Set([
  'ORCHESTRATOR_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'OVERLOADED',
  'REPOSITORY_UNREACHABLE',
  'SESSION_NOT_OVER',
  'SPAWN_LIMIT_REACHED',
  'FLEET_FROZEN',
])

const headersFor = (workspaceId: string, key: string) => ({
  [actorHeaders.workspaceId]: workspaceId,
  [actorHeaders.operatorName]: 'pull request',
  [actorHeaders.idempotencyKey]: uuidv5(key),
})

/**
 * Has the agent of a pull request go on with it, in whatever session has gone on with its work last. Asked twice, it is the same
 * session: a session that was continued for this very round answers so, one that was for another reason is passed over.
 */
export async function askAgent({ store, orchestrator }: Deps, open: Open, workspaceId: string): Promise<Next> {
  const { pullRequestId, rounds } = open
  const headers = headersFor(workspaceId, `${pullRequestId}/continue/${rounds}`)
  let id: string | null = open.sessionId
  while (id !== null) {
    const call = { params: { id }, body: { text: wordsFor(open) }, headers, timeoutMs: askMs }
    const asked = await orchestrator.call(orchestratorRoutes.continue, call)
    if (asked.ok) return ok({ type: 'ContinuePullRequest', sessionId: asked.value.sessionId })
    const { code, message } = asked.error
    if (code !== 'SESSION_CONTINUED') {
      if (passing.has(code)) return err(asked.error)
      return ok({ type: 'ReturnPullRequest', message: `its agent cannot be told: ${message}` })
    }
    id = await successorOf(store, id)
  }
  return ok({ type: 'ReturnPullRequest', message: 'its agent cannot be told: nobody goes on with it' })
}

async function successorOf(store: EventStore, sessionId: string): Promise<string | null> {
  const { states } = await foldStream(store, sessionView, { streamId: agentSessionStream.of(sessionId) })
  return states[0]?.successorSessionId ?? null
}

/** What follows from the end of the session in which an agent went on: its commits go to the host. */
export async function whenDone(
  { store, orchestrator }: Deps,
  { pullRequestId, sessionId, rounds }: Open,
  { workspaceId, signal }: { workspaceId: string; signal: AbortSignal },
): Promise<Next> {
  const ended = await endOf(store, sessionId, signal)
  if (ended === undefined) return ok(undefined)
  if (ended !== 'completed')
    return ok({ type: 'ReturnPullRequest', message: `its agent went on with it, and ${ended}` })
  const pushed = await orchestrator.call(orchestratorRoutes.pushWork, {
    params: { id: sessionId },
    body: {},
    headers: headersFor(workspaceId, `${pullRequestId}/push/${rounds}`),
    timeoutMs: pushMs,
  })
  if (!pushed.ok) return pushed
  const { branch } = pushed.value
  if (branch?.state !== 'failed') return ok({ type: 'AnswerPullRequest', sessionId })
  return ok({ type: 'ReturnPullRequest', message: `its agent's commits could not be pushed: ${branch.message}` })
}
