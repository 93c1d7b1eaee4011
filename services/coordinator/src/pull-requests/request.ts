import { actorHeaders, coordinatorRoutes, orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { titleOf } from '@mosaic/contracts/task'
import { inTime, uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { Caller } from '@mosaic/http/caller'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { type Landable, landable } from '../landable.ts'
import type { PullRequestCommand } from '../domain/pull-request/pull-request.ts'

/** Its branch is pushed first, and a host that is away asked again. In milliseconds. */
const openMs = 180_000

/** Somebody wants a branch proposed at its host: recorded, opened there, and recorded again. */
export function requestPullRequestRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, coordinatorRoutes.requestPullRequest, async ({ body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const found = await landable(deps, body, caller.value)
    if (!found.ok) return found
    const { session, repository, branch, into } = found.value
    const { sessionId, draft, title = titleOf(session.task).slice(0, 200) } = body
    const pullRequestId = uuidv5(`${caller.value.workspaceId}/pull-request/${repository}\n${branch}\n${into}`)
    const decide = decider(deps, pullRequestId, caller.value)
    const asked = { pullRequestId, sessionId, repository, branch, into, title, isDraft: draft }
    const requested = await decide({ type: 'RequestPullRequest', ...asked })
    if (!requested.ok) return requested
    const opened = await deps.orchestrator.call(orchestratorRoutes.openPullRequest, {
      params: { id: sessionId },
      body: { into, title, draft, body: body.body ?? bodyOf(found.value, sessionId) },
      headers: headersOf(caller.value),
      timeoutMs: openMs,
    })
    if (!opened.ok) {
      const { code, message } = opened.error
      const refused = await decide({ type: 'RefuseOpening', code, message })
      return refused.ok ? opened : refused
    }
    const recorded = await decide({ type: 'RecordOpened', ...opened.value })
    if (!recorded.ok) return recorded
    deps.pullRequests.lookNow(pullRequestId)
    const { revision, position } = recorded.value
    return ok({ ...opened.value, pullRequestId, sessionId, branch, into, revision, position })
  })
}

/** Each of a request's commands by an id of its own: the same request again changes nothing. */
const decider =
  ({ commands }: FeatureDeps, pullRequestId: string, caller: Caller) =>
  (command: PullRequestCommand) => {
    const commandId = uuidv5(`${caller.commandId}/${command.type}`)
    return inTime(commands.pullRequest(pullRequestId, command, { correlationId: pullRequestId, ...caller, commandId }))
  }

const headersOf = ({ workspaceId, commandId, operatorName }: Caller) => ({
  [actorHeaders.workspaceId]: workspaceId,
  [actorHeaders.operatorName]: encodeURIComponent(operatorName),
  [actorHeaders.idempotencyKey]: uuidv5(`${commandId}/open`),
})

const mostSummary = 10_000

function bodyOf({ session }: Landable, sessionId: string): string {
  const summary = session.summary?.slice(0, mostSummary) ?? ''
  return [summary, `Made by an agent in Mosaic, session ${sessionId}.`].filter((part) => part !== '').join('\n\n')
}
