import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { repositoryIdOf, type RepositoryIn } from '../../repositories/index.ts'
import { isOver, type Roster } from '../../sessions/roster.ts'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

/** An operator takes back what was approved. The repository itself is not looked at: it may be gone. */
export function revokeSettingsRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.revokeSettings, async ({ body: { repository }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const { workspaceId } = caller.value
    const repositoryId = repositoryIdOf({ workspaceId, repository })
    const command = { type: 'RevokeSettings', repositoryId, repository } as const
    const handled = await inTime(deps.commands.repository(repositoryId, command, caller.value))
    if (!handled.ok) return handled
    await inTime(deps.caughtUp())
    const running = startedOn(deps.sessions.roster, { workspaceId, repository })
    const { events, position } = handled.value
    return ok({ changed: events.length > 0, running, position })
  })
}

/** Agents that have started on a repository, however its address was written for them. */
function startedOn(roster: Roster, of: RepositoryIn): string[] {
  const repositoryId = repositoryIdOf(of)
  const { workspaceId } = of
  return [...roster.entries()]
    .filter((entry) => entry.workspaceId === workspaceId && !isOver(entry) && entry.session.startedAt !== null)
    .filter(
      ({ session: { repository } }) =>
        repository !== null && repositoryIdOf({ workspaceId, repository }) === repositoryId,
    )
    .map(({ session }) => session.sessionId)
}
