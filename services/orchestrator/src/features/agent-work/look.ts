import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { refusalOf, workOf } from './branch-of.ts'

/** How an agent's branch stands to the one that it is to be merged into. */
export function workLookRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.workLook, async ({ params, query, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const work = await inTime(workOf(deps, params.id, caller.value))
    if (!work.ok) return work
    const of = { ...work.value.of, base: query.into ?? work.value.of.base }
    const { repository, branch, base } = of
    const look = await work.value.branches.look(of)
    if (!look.ok) return err(refusalOf(look.error))
    const { files, conflicts, commits } = look.value
    const lists = { files: [...files], conflicts: [...conflicts], commits: [...commits] }
    return ok({ sessionId: params.id, repository, branch, base, ...look.value, ...lists })
  })
}

/** What it changes, or what it had left uncommitted. */
export function workPatchRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.workPatch, async ({ params, query, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const work = await inTime(workOf(deps, params.id, caller.value))
    if (!work.ok) return work
    const { branches, kept } = work.value
    const of = { ...work.value.of, base: query.into ?? work.value.of.base }
    if (query.of === 'uncommitted' && kept === null) return ok({ patch: '', isCutOff: false })
    const patch = await branches.patch(of, query.of === 'uncommitted' ? kept?.commit : undefined)
    return patch.ok ? patch : err(refusalOf(patch.error))
  })
}
