import type { SpawnAgent } from '@mosaic/contracts/agent-session'
import { type AgentSummary, orchestratorRoutes } from '@mosaic/contracts/http'
import { err, newId } from '@mosaic/contracts/kernel'
import { uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import type { ChosenModel } from '../../runtimes/internal/model/models.ts'
import type { Spec } from '../../domain/agent-session/index.ts'
import { type Caller, callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { inTime } from '../in-time.ts'
import { type CommandResult, commandSession } from '../session-command.ts'
import { checkSpawn } from './check.ts'

/** Longer than other commands: a look at the repository may mean a slow disk. In milliseconds. */
const checkMs = 20_000

/** Spawns an agent, once everything that can be checked before is found right. */
export function spawnAgentRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.spawn, async ({ body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    return caller.ok ? spawn(deps, body, caller.value) : caller
  })
}

async function spawn(deps: FeatureDeps, request: SpawnAgent, caller: Caller): Promise<CommandResult> {
  // The same key again is the same session.
  const sessionId = caller.repeated ? uuidv5(`${caller.commandId}/session`) : newId()
  const parent = request.parentSessionId ? await inTime(deps.sessions.find(request.parentSessionId)) : undefined
  if (request.parentSessionId && parent?.workspaceId !== caller.workspaceId) {
    return err({ code: 'SESSION_NOT_FOUND', message: 'there is no such session', field: 'parentSessionId' })
  }
  const missionId = request.missionId ?? parent?.summary.missionId ?? uuidv5(`${caller.commandId}/mission`)
  const chosen = caller.repeated ? chosenBefore((await inTime(deps.sessions.find(sessionId)))?.summary) : undefined
  const checked = chosen ? undefined : await inTime(checkSpawn(deps, request), checkMs)
  if (checked && !checked.ok) return checked
  const spec = specOf(
    { ...request, missionId },
    { sessionId, chosen: checked?.value ?? chosen!, commandId: caller.commandId },
  )
  const command = { type: 'SpawnAgent', spec, ownerId: deps.sessions.ownerId } as const
  const carryOut = () => commandSession(deps.sessions, { sessionId, command, caller })
  // What was admitted once is answered as it was then.
  return chosen ? carryOut() : deps.admission.admit(caller.workspaceId, spec, carryOut)
}

/** The model that was chosen when this very command came before. */
function chosenBefore(known: AgentSummary | undefined): ChosenModel | undefined {
  const { modelProvider, model } = known ?? {}
  return modelProvider && model ? { modelProvider, model } : undefined
}

function specOf(
  request: SpawnAgent & { missionId: string },
  { sessionId, chosen, commandId }: { sessionId: string; chosen: ChosenModel; commandId: string },
): Spec {
  const { agentType, taskSource, repository, task, maxTurns } = request
  return {
    sessionId,
    parentSessionId: request.parentSessionId ?? null,
    missionId: request.missionId,
    taskId: request.taskId ?? uuidv5(`${commandId}/task`),
    taskSource,
    agentType,
    name: request.name ?? nameOf(agentType, sessionId),
    task,
    runtime: { kind: 'internal', ...chosen, maxTurns },
    workplace: { kind: 'worktree', repository, baseBranch: request.branch, sandbox: request.sandbox ?? null },
  }
}

export const nameOf = (agentType: string, sessionId: string) => `${agentType}-${sessionId.slice(-4)}`
