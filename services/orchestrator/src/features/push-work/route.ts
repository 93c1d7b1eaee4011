import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import { type Caller, readCaller } from '@mosaic/http/caller'
import type { FastifyInstance } from 'fastify'
import { type EndedSession, isLive, type WorkReport } from '../../domain/agent-session/index.ts'
import type { Journal } from '../../journal/journal.ts'
import type { Runtime } from '../../runtimes/index.ts'
import type { FeatureDeps } from '../deps.ts'
import { runtimeUnknown } from '../spawn-agent/plan.ts'

/** Keeps what could not be kept at its end, sends to the origin what it does not have of a session's work, and records both. */
export function pushWorkRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.pushWork, async ({ params: { id: sessionId }, request }) => {
    const caller = readCaller(request, deps)
    if (!caller.ok) return caller
    return pushSession(deps, sessionId, caller.value)
  })
}

export const pushSession = (deps: FeatureDeps, sessionId: string, caller: Caller) =>
  deps.sessions.journals.use(sessionId, (journal) => pushWork(deps, journal, caller))

async function pushWork({ runtimes, redactor }: FeatureDeps, journal: Journal, caller: Caller) {
  const { sessionId, session, workspaceId } = journal
  if (session.status === 'none') return err({ code: 'SESSION_NOT_FOUND', message: 'there is no such session' } as const)
  if (workspaceId !== caller.workspaceId) {
    return err({ code: 'WRONG_WORKSPACE', message: 'the session belongs to another workspace' } as const)
  }
  const runtime = runtimes.get(session.spec.runtime.kind)
  if (!runtime) return err(runtimeUnknown({ runtimes }, session.spec.runtime.kind))
  const record = (report: WorkReport, part: string) =>
    journal.execute(report, { ...caller, commandId: uuidv5(`${caller.commandId}/${part}`) })
  const found = isLive(session) ? null : await revisit(runtime, session)
  if (found?.kept) {
    const recorded = await record({ type: 'RecordKept', ...found.kept }, 'kept')
    if (!recorded.ok) return recorded
  }
  if (found) {
    const recorded = await record({ type: 'RecordRevisited', leftWork: found.left }, 'revisited')
    if (!recorded.ok) return recorded
  }
  const pushed = await runtime.pushWork(sessionOf(journal) ?? session, redactor.rules.of(workspaceId))
  if (!pushed.ok) return pushed
  const { branch, uncommitted } = pushed.value
  for (const made of [branch, uncommitted]) {
    if (!made) continue
    const recorded = await record({ type: 'RecordPush', ...made }, made.commit)
    if (!recorded.ok) return recorded
  }
  const { revision, position } = journal
  const answer = { sessionId, revision, position, left: found?.left ?? null }
  return ok({ ...answer, branch: branch?.push ?? null, uncommitted: uncommitted?.push ?? null })
}

/** What a full disk, say, has left in its worktree may have a place now. */
const revisit = async ({ worktreesLeft }: Runtime, session: EndedSession) =>
  session.work.left ? ((await worktreesLeft?.revisit(session)) ?? null) : null

/** As it is after what was recorded. */
const sessionOf = ({ session }: Journal) => (session.status === 'none' ? undefined : session)
