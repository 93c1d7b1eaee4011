import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { landingRef } from '../../git/index.ts'
import { refusalOf } from '../agent-work/branch-of.ts'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

/** Moves a base to what has been found good, from where that began, or not at all. */
export function pushStackRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.pushStack, async ({ body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const { repository, into: base, baseCommit: from, commit: to, queueId, isHeld } = body
    const advance = { repository, base, from, to, ref: landingRef(queueId), isHeld }
    const pushed = await deps.landings.git.advance(advance)
    return pushed.ok ? pushed : err(refusalOf(pushed.error))
  })
}
