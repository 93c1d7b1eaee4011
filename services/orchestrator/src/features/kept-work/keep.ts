import { orchestratorRoutes, type KeepAnswer } from '@mosaic/contracts/http'
import { err, ok, type Result } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { type Caller, callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { commandSession } from '../session-command.ts'
import { refusalOf, type Refused } from '../agent-work/branch-of.ts'
import { offerOf } from './offer-of.ts'

type Request = { readonly sessionId: string; readonly message?: string | undefined }

/** What an ended agent had not committed becomes a commit of its branch, because a person wants it. */
export function keepWorkRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.keepWork, async ({ params, body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    return caller.ok ? keep(deps, { sessionId: params.id, ...body }, caller.value) : caller
  })
}

async function keep(deps: FeatureDeps, request: Request, caller: Caller): Promise<Result<KeepAnswer, Refused>> {
  const { sessionId } = request
  const offer = await offerOf(deps, sessionId, caller)
  if (!offer.ok) return offer
  const { work, kept, branches, branch } = offer.value
  const { model } = work.session.spec.runtime
  const message = request.message ?? `wip: what ${work.session.spec.name} had not committed`
  const trailers = {
    'Mosaic-Session': sessionId,
    ...(caller.actor.name && { 'Mosaic-Operator': caller.actor.name }),
    ...(model !== null && { 'Mosaic-Model': model }),
  }
  const made = await branches.commitKept(branch, { kept: kept.commit, message, trailers })
  if (!made.ok) return err(refusalOf(made.error))
  const { commit, files, insertions, deletions, push } = made.value
  const fact = { ref: kept.ref, branch: made.value.branch, commit, message, files, insertions, deletions, push }
  const noted = await commandSession(deps.sessions, {
    sessionId,
    command: { type: 'NoteKeptCommitted', ...fact, merged: null },
    caller,
  })
  if (!noted.ok) return noted
  // All of it is on the branch: what stays of the ref, retention takes away.
  await branches.remove(work.of, [kept.ref])
  return ok({ ...noted.value, ...fact })
}
