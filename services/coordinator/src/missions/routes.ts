import type { BudgetTerms } from '@mosaic/contracts/budget'
import { coordinatorRoutes, type RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { missionStream, type PlannedTask } from '@mosaic/contracts/mission'
import { foldStream, inTime, uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { Caller } from '@mosaic/http/caller'
import { missionView } from '@mosaic/views'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { beginWithBudgets } from '../budgets/begin-with.ts'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import { checkPlan } from '../check-spawn.ts'
import type { FeatureDeps } from '../deps.ts'
import type { MissionCommand } from '../domain/mission/mission.ts'
import { plannedTasks } from './plan.ts'

type Refused = Rejection<RejectionCode>

export function missionRoutes(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, coordinatorRoutes.createMission, async ({ body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    // The same key again is the same mission.
    const missionId = uuidv5(`${caller.value.commandId}/mission`)
    const tasks = plannedTasks(body, (key) => uuidv5(`${missionId}/task/${key}`))
    if (!tasks.ok) return tasks
    const checked = await checkPlans(deps, tasks.value, caller.value)
    if (!checked.ok) return checked
    const { title, objective, acceptance, budget = null, approvals = null } = body
    const described = { title, objective, acceptance, budget, approvals }
    const limited = await beginWithBudgets(deps, budgetsOf(missionId, budget, tasks.value), caller.value)
    if (!limited.ok) return limited
    const command = { type: 'CreateMission', missionId, ...described, tasks: tasks.value } as const
    return decide(deps, { missionId, command, caller: caller.value })
  })
  addRoute(app, coordinatorRoutes.pauseMission, ({ params, body: { reason = null }, request }) =>
    steer(deps, { missionId: params.id, request, command: { type: 'PauseMission', reason } }),
  )
  addRoute(app, coordinatorRoutes.resumeMission, ({ params, request }) =>
    steer(deps, { missionId: params.id, request, command: { type: 'ResumeMission' } }),
  )
  addRoute(app, coordinatorRoutes.cancelMission, ({ params, body: { reason = null }, request }) =>
    steer(deps, { missionId: params.id, request, command: { type: 'CancelMission', reason } }),
  )
}

const budgetsOf = (missionId: string, budget: BudgetTerms | null, tasks: readonly PlannedTask[]) => [
  { scope: { kind: 'mission' as const, id: missionId }, budget },
  ...tasks.map(({ taskId, plan }) => ({ scope: { kind: 'task' as const, id: taskId }, budget: plan.spawn.budget })),
]

/** What several tasks have in common is looked at once. */
async function checkPlans(
  deps: FeatureDeps,
  tasks: readonly PlannedTask[],
  caller: Caller,
): Promise<Result<null, Refused>> {
  const looked = new Set<string>()
  for (const [index, { plan, instructions }] of tasks.entries()) {
    const alike = JSON.stringify([plan.spawn, plan.models])
    if (looked.has(alike)) continue
    looked.add(alike)
    const checked = await checkPlan(deps, { plan, instructions }, caller)
    if (checked.ok) continue
    const { field } = checked.error
    return err({ ...checked.error, field: `tasks.${index}${field === undefined ? '' : `.${field}`}` })
  }
  return ok(null)
}

type Steering = { readonly missionId: string; readonly request: FastifyRequest; readonly command: MissionCommand }

async function steer(deps: FeatureDeps, { missionId, request, command }: Steering) {
  const caller = await callerInWorkspace(request, deps)
  if (!caller.ok) return caller
  const { states } = await inTime(foldStream(deps.store, missionView, { streamId: missionStream.of(missionId) }))
  if (states[0]?.workspaceId === caller.value.workspaceId)
    return decide(deps, { missionId, command, caller: caller.value })
  return err({ code: 'MISSION_NOT_FOUND', message: `there is no mission ${missionId}` } as const)
}

type Deciding = { readonly missionId: string; readonly command: MissionCommand; readonly caller: Caller }

async function decide({ commands }: FeatureDeps, { missionId, command, caller }: Deciding) {
  const done = await inTime(commands.mission(missionId, command, { correlationId: missionId, ...caller }))
  if (!done.ok) return done
  const { events, revision, position } = done.value
  return ok({ missionId, changed: events.length > 0, revision, position })
}
