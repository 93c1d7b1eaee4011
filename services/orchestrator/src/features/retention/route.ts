import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

const dayMs = 86_400_000

/** Takes away now what is kept longer than so many days; what nobody has decided about stays all the same. */
export function pruneStoredRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.pruneStored, async ({ body: { olderThanDays, dryRun }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    await deps.caughtUp()
    const age = olderThanDays * dayMs
    const ages = { checkpoints: age, uncommitted: null, branches: age, mirrors: age }
    return ok({ dryRun, removed: await deps.retention.apply({ ages, dryRun }) })
  })
}
