import { orchestratorRoutes, type RejectionCode, type SpawnAnswer } from '@mosaic/contracts/http'
import { err, newId, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { inTime, uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { type AgentSession, type EndedSession, isLive, type Spec } from '../../domain/agent-session/index.ts'
import type { Again } from '../../runtimes/index.ts'
import { type Caller, callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { type CommandResult, commandSession } from '../session-command.ts'
import { beginSession, begunSpec } from '../spawn-agent/begin.ts'
import { usualQuality } from '../spawn-agent/quality.ts'
import { runtimeUnknown } from '../spawn-agent/plan.ts'

/** As for a spawn: a look at the repository may mean a slow disk. In milliseconds. */
const planMs = 20_000

type Request = {
  readonly earlierId: string
  readonly how: 'continued' | 'retried'
  readonly again: Again
  /** Its own task where there is none. */
  readonly task?: string
}
type Refused = Rejection<RejectionCode>

/** A session that has ended is taken up by another: its conversation goes on, or its task is begun anew. */
export function continueAgentRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.continue, async ({ params, body: { text, ...again }, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    return takeUp(deps, { earlierId: params.id, how: 'continued', again, task: text }, caller.value)
  })
}

export function retryAgentRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.retry, async ({ params, body: again, request }) => {
    const caller = await callerInWorkspace(request, deps)
    return caller.ok ? takeUp(deps, { earlierId: params.id, how: 'retried', again }, caller.value) : caller
  })
}

async function takeUp(deps: FeatureDeps, request: Request, caller: Caller): Promise<Result<SpawnAnswer, Refused>> {
  const earlier = await inTime(overSession(deps, request.earlierId, caller))
  if (!earlier.ok) return earlier
  const sessionId = await inTime(successorOf(deps, { request, earlier: earlier.value, caller }))
  const begun = await inTime(begunSpec(deps, sessionId))
  const spec = begun ? ok(begun) : await newSpec(deps, { earlier: earlier.value, request, caller, sessionId })
  if (!spec.ok) return spec
  const first = request.how === 'continued' ? () => handOn(deps, request.earlierId, { sessionId, caller }) : undefined
  return beginSession(deps, { spec: spec.value, caller, isAdmitted: begun !== undefined, ...(first && { first }) })
}

/** One that has ended and is of the caller's workspace. */
const overSession = ({ sessions }: FeatureDeps, sessionId: string, { workspaceId }: Caller) =>
  sessions.journals.use(sessionId, async (journal): Promise<Result<EndedSession, Refused>> => {
    const session: AgentSession = journal.session
    if (session.status === 'none') return err({ code: 'SESSION_NOT_FOUND', message: 'there is no such session' })
    if (journal.workspaceId !== workspaceId) {
      return err({ code: 'WRONG_WORKSPACE', message: 'the session belongs to another workspace' })
    }
    if (!isLive(session)) return ok(session)
    const message = `the session is ${session.status}: only one that has ended is taken up by another`
    return err({ code: 'SESSION_NOT_OVER', message })
  })

/** The same key again is the same session; so is one that was named and, in a crash, never began. */
async function successorOf(
  deps: FeatureDeps,
  { request, earlier, caller }: { request: Request; earlier: EndedSession; caller: Caller },
): Promise<string> {
  const named = request.how === 'continued' ? earlier.successorSessionId : null
  if (named !== null && !(await begunSpec(deps, named))) return named
  return caller.repeated ? uuidv5(`${caller.commandId}/session`) : newId()
}

const handOn = (
  deps: FeatureDeps,
  earlierId: string,
  { sessionId, caller }: { sessionId: string; caller: Caller },
): Promise<CommandResult> => {
  const command = { type: 'ContinueAgent', successorSessionId: sessionId } as const
  return commandSession(deps.sessions, { sessionId: earlierId, command, caller })
}

async function newSpec(
  deps: FeatureDeps,
  {
    earlier,
    request,
    caller,
    sessionId,
  }: { earlier: EndedSession; request: Request; caller: Caller; sessionId: string },
): Promise<Result<Spec, Refused>> {
  const { spec } = earlier
  const runtime = deps.runtimes.get(spec.runtime.kind)
  if (!runtime) return err(runtimeUnknown(deps, spec.runtime.kind))
  const plan = await inTime(runtime.planAgain(spec, request.again), planMs)
  if (!plan.ok) return plan
  return ok({
    ...spec,
    ...plan.value,
    sessionId,
    // Whom it was spawned by need not live any more, and does not wait for it.
    parentSessionId: null,
    predecessor: { sessionId: request.earlierId, how: request.how },
    // It spends from what is left of that one's, and of that one's task.
    budget: null,
    quality: spec.quality ?? usualQuality,
    taskId: uuidv5(`${caller.commandId}/task`),
    taskSource: 'internal',
    externalKey: null,
    task: request.task ?? spec.task,
  })
}
