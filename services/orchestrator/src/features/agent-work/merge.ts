import { orchestratorRoutes, type MergeAnswer } from '@mosaic/contracts/http'
import { err, ok, type Result } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { type Caller, callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { commandSession } from '../session-command.ts'
import { type AgentWork, refusalOf, type Refused, workOf } from './branch-of.ts'

type Request = { readonly sessionId: string; readonly into?: string | undefined; readonly method: 'merge' | 'squash' }

/** Merges an agent's branch into its base, and says so in its log: also that somebody has merged it by hand. */
export function mergeWorkRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.mergeWork, async ({ params, body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    return caller.ok ? merge(deps, { sessionId: params.id, ...body }, caller.value) : caller
  })
}

async function merge(deps: FeatureDeps, request: Request, caller: Caller): Promise<Result<MergeAnswer, Refused>> {
  const { sessionId, into, method } = request
  const work = await inTime(workOf(deps, sessionId, caller))
  if (!work.ok) return work
  const of = { ...work.value.of, base: into ?? work.value.of.base }
  const trailers = { 'Mosaic-Session': sessionId, ...(caller.actor.name && { 'Mosaic-Operator': caller.actor.name }) }
  const landed = await work.value.branches.land(of, { method, message: messageOf(work.value, of.base), trailers })
  if (!landed.ok) return err(refusalOf(landed.error))
  const fact = { branch: of.branch, into: of.base, ...landed.value }
  const noted = await commandSession(deps.sessions, { sessionId, command: { type: 'NoteMerged', ...fact }, caller })
  return noted.ok ? ok({ ...noted.value, ...fact }) : noted
}

function messageOf({ session, of }: AgentWork, into: string): string {
  const [task = ''] = session.spec.task.split('\n')
  return `Merge ${of.branch} into ${into}\n\n${task.slice(0, 500)}`
}
