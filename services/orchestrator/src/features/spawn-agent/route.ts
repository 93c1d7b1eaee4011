import { setTimeout as delay } from 'node:timers/promises'
import type { SpawnAgent } from '@mosaic/contracts/agent-session'
import { orchestratorRoutes, type RejectionCode, type SpawnAnswer } from '@mosaic/contracts/http'
import { err, newId, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { inTime, uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import type { Spec } from '../../domain/agent-session/index.ts'
import { type Caller, callerInWorkspace } from '../caller-in-workspace.ts'
import { GitFault, saysDiskFull } from '../../git/index.ts'
import type { FeatureDeps } from '../deps.ts'
import { beginSession, begunSpec } from './begin.ts'
import { ChangesTeller } from './local-changes.ts'
import { endedTask, planSpawn } from './plan.ts'
import { spawnPlanned } from './planned.ts'
import { qualityAsked } from './quality.ts'
import { termsOf } from './terms.ts'

/** Longer than other commands: a look at the repository may mean a slow disk. In milliseconds. */
const planMs = 20_000

type SpawnResult = Result<SpawnAnswer, Rejection<RejectionCode>>

/** Spawns an agent, once everything that can be checked before is found right. */
export function spawnAgentRoute(app: FastifyInstance, deps: FeatureDeps): void {
  const changes = new ChangesTeller()
  addRoute(app, orchestratorRoutes.spawn, async ({ body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    if ('context' in body) return spawnPlanned(deps, body, caller.value)
    const [spawned, told] = await Promise.all([spawn(deps, body, caller.value), changes.tell(deps, body)])
    return spawned.ok ? ok({ ...spawned.value, changes: told }) : spawned
  })
}

/** One spawn of a person or a program. */
export async function spawn(deps: FeatureDeps, request: SpawnAgent, caller: Caller): Promise<SpawnResult> {
  // The same key again is the same session.
  const sessionId = caller.repeated ? uuidv5(`${caller.commandId}/session`) : newId()
  const before = caller.repeated ? await inTime(begunSpec(deps, sessionId)) : undefined
  if (before) return beginSession(deps, { spec: before, caller, isAdmitted: true })
  return spawnNew(deps, { request, caller, sessionId, ended: () => endedTask(deps, request.taskId) })
}

type NewSpawn = {
  readonly request: SpawnAgent
  readonly caller: Caller
  readonly sessionId: string
  /** Asked right before it begins: planning takes its time. */
  readonly ended: () => Promise<Rejection<'TASK_ENDED'> | undefined>
}

/** One that nobody has begun, as far as is known: the log lets it begin once. */
export async function spawnNew(deps: FeatureDeps, asked: NewSpawn): Promise<SpawnResult> {
  const spec = await newSpec(deps, asked)
  if (!spec.ok) return spec
  const ended = await asked.ended()
  return ended ? err(ended) : beginSession(deps, { spec: spec.value, caller: asked.caller, isAdmitted: false })
}

async function newSpec(
  deps: FeatureDeps,
  { request, caller, sessionId }: NewSpawn,
): Promise<Result<Spec, Rejection<RejectionCode>>> {
  const { agentType, taskSource, task, parentSessionId = null } = request
  const parent = parentSessionId ? await inTime(deps.sessions.find(parentSessionId)) : undefined
  if (parentSessionId && parent?.workspaceId !== caller.workspaceId) {
    return err({ code: 'SESSION_NOT_FOUND', message: 'there is no such session', field: 'parentSessionId' })
  }
  const planning = planSpawn(deps, request, { workspaceId: caller.workspaceId, sessionId }).catch(refusalOfFullDisk)
  const plan = await Promise.race([planning, delay(planMs, tooSlow(request), { ref: false })])
  if (!plan.ok) return plan
  return ok({
    sessionId,
    parentSessionId,
    predecessor: null,
    missionId: request.missionId ?? parent?.summary.missionId ?? uuidv5(`${caller.commandId}/mission`),
    taskId: request.taskId ?? uuidv5(`${caller.commandId}/task`),
    taskSource,
    agentType,
    name: request.name ?? nameOf(agentType, sessionId),
    task,
    ...plan.value,
    quality: qualityAsked(request),
    reviews: null,
    ...termsOf(request),
  })
}

/** Nothing is wrong with what was asked for, nor with us. */
function refusalOfFullDisk(fault: unknown) {
  if (!(fault instanceof GitFault && saysDiskFull(fault.message))) throw fault
  const message = 'the disk that agents work on is full: nothing begins before there is room again'
  return err({ code: 'OVERLOADED', message } as const)
}

const tooSlow = ({ repository = 'the repository' }: SpawnAgent) => {
  const message = `looking at ${repository} has taken longer than ${planMs / 1000} s`
  return err({ code: 'REPOSITORY_UNREACHABLE', message, field: 'repository' } as const)
}

export const nameOf = (agentType: string, sessionId: string) => `${agentType}-${sessionId.slice(-4)}`
