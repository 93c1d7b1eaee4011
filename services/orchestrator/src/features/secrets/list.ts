import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { inTime, secretRulesOf } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

/** What a workspace says of secrets, as the log has it. */
export function secretRulesRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.secretRules, async ({ request }) => {
    const caller = await callerInWorkspace(request, deps)
    return caller.ok ? ok(await inTime(secretRulesOf(deps.store, caller.value.workspaceId))) : caller
  })
}
