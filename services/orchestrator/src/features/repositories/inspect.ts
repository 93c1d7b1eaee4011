import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { refusalOf } from '../../repositories/index.ts'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

/** What Mosaic sees in a repository, and what it proposes for it. */
export function inspectRepositoryRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.inspectRepository, async ({ query: { repository, branch }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const { workspaceId } = caller.value
    const inspected = await deps.repositories.inspect({ workspaceId, repository }, branch)
    return inspected.ok ? inspected : err(refusalOf(inspected.error))
  })
}
