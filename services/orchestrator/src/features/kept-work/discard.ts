import { orchestratorRoutes, type PruneAnswer } from '@mosaic/contracts/http'
import { err, ok, type Result } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { type Caller, callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { commandSession } from '../session-command.ts'
import { refusalOf, type Refused } from '../agent-work/branch-of.ts'
import { offerOf } from './offer-of.ts'

/** What an ended agent had not committed is given up, because a person says so. */
export function discardWorkRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.discardWork, async ({ params, request }) => {
    const caller = await callerInWorkspace(request, deps)
    return caller.ok ? discard(deps, params.id, caller.value) : caller
  })
}

async function discard(deps: FeatureDeps, sessionId: string, caller: Caller): Promise<Result<PruneAnswer, Refused>> {
  const offer = await offerOf(deps, sessionId, caller)
  if (!offer.ok) return offer
  const { work, kept, branches } = offer.value
  const removed = await branches.remove(work.of, [kept.ref])
  if (!removed.ok) return err(refusalOf(removed.error))
  const { ref, commit } = kept
  const command = { type: 'NoteKeptDiscarded', ref, commit } as const
  const noted = await commandSession(deps.sessions, { sessionId, command, caller })
  return noted.ok ? ok({ ...noted.value, refs: [ref] }) : noted
}
