import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import type { Journal } from '../../journal/journal.ts'
import { type Caller, readCaller } from '../caller.ts'
import type { FeatureDeps } from '../deps.ts'
import { runtimeUnknown } from '../spawn-agent/plan.ts'

/** Sends to the origin what it does not have of a session's work, and records what became of that. */
export function pushWorkRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.pushWork, async ({ params: { id: sessionId }, request }) => {
    const caller = readCaller(request, deps)
    if (!caller.ok) return caller
    return deps.sessions.journals.use(sessionId, (journal) => pushWork(deps, journal, caller.value))
  })
}

async function pushWork({ runtimes }: FeatureDeps, journal: Journal, caller: Caller) {
  const { sessionId, session, workspaceId } = journal
  if (session.status === 'none') return err({ code: 'SESSION_NOT_FOUND', message: 'there is no such session' } as const)
  if (workspaceId !== caller.workspaceId) {
    return err({ code: 'WRONG_WORKSPACE', message: 'the session belongs to another workspace' } as const)
  }
  const runtime = runtimes.get(session.spec.runtime.kind)
  if (!runtime) return err(runtimeUnknown({ runtimes }, session.spec.runtime.kind))
  const pushed = await runtime.pushWork(session)
  if (!pushed.ok) return pushed
  const { branch, uncommitted } = pushed.value
  for (const found of [branch, uncommitted]) {
    if (!found) continue
    const context = { ...caller, commandId: uuidv5(`${caller.commandId}/${found.commit}`) }
    const recorded = await journal.execute({ type: 'RecordPush', ...found }, context)
    if (!recorded.ok) return recorded
  }
  const { revision, position } = journal
  return ok({ sessionId, revision, position, branch: branch?.push ?? null, uncommitted: uncommitted?.push ?? null })
}
