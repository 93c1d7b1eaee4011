import { coordinatorRoutes, type RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { missionStream } from '@mosaic/contracts/mission'
import { type AddTask, titleOf } from '@mosaic/contracts/task'
import { foldStream, inTime, uuidv5 } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import { missionView } from '@mosaic/views'
import type { FastifyInstance } from 'fastify'
import { beginWithBudgets } from '../budgets/begin-with.ts'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import { checkPlan } from '../check-spawn.ts'
import type { FeatureDeps } from '../deps.ts'
import { knownTask } from './known-task.ts'
import { planOf } from './plan.ts'

type Checked = Result<null, Rejection<RejectionCode>>

/** Puts a task into the queue, once everything that can be checked before is found right. */
export function addTaskRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, coordinatorRoutes.addTask, async ({ body, request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const { commandId, workspaceId } = caller.value
    // The same key again is the same task.
    const taskId = uuidv5(`${commandId}/task`)
    const plan = planOf(body, body.dependsOn)
    const sound = await firstRefusal(
      () => checkMission(deps, body, workspaceId),
      () => checkDependencies(deps, body, workspaceId),
      () => checkPlan(deps, { plan, instructions: body.instructions }, caller.value),
    )
    if (!sound.ok) return sound
    const { instructions, title = titleOf(instructions), externalKey = null } = body
    const missionId = body.missionId ?? uuidv5(`${commandId}/mission`)
    const source = externalKey === null ? ('mosaic-queue' as const) : ('external' as const)
    const described = { taskId, missionId, source, title, instructions, externalKey, plan }
    const context = { correlationId: missionId, ...caller.value }
    const budget = { scope: { kind: 'task', id: taskId }, budget: plan.spawn.budget } as const
    const limited = await beginWithBudgets(deps, [budget], caller.value)
    if (!limited.ok) return limited
    const done = await inTime(deps.commands.task(taskId, { type: 'CreateTask', ...described }, context))
    if (!done.ok) return done
    const { events, revision, position } = done.value
    return ok({ taskId, changed: events.length > 0, revision, position })
  })
}

async function checkMission({ store }: FeatureDeps, { missionId }: AddTask, workspaceId: string): Promise<Checked> {
  if (missionId === undefined) return ok(null)
  const { states } = await inTime(foldStream(store, missionView, { streamId: missionStream.of(missionId) }))
  const mission = states[0]
  if (mission?.workspaceId !== workspaceId) {
    return err({ code: 'MISSION_NOT_FOUND', message: `there is no mission ${missionId}`, field: 'missionId' })
  }
  if (mission.endedAt === null) return ok(null)
  return err({ code: 'MISSION_ENDED', message: `the mission is ${mission.status} already`, field: 'missionId' })
}

async function checkDependencies(deps: FeatureDeps, { dependsOn }: AddTask, workspaceId: string): Promise<Checked> {
  for (const [index, taskId] of dependsOn.entries()) {
    const field = `dependsOn.${index}`
    const task = await knownTask(deps, taskId, workspaceId)
    if (!task.ok) return err({ ...task.error, field })
    const { status, title } = task.value
    if (status === 'failed' || status === 'cancelled') {
      return err({ code: 'TASK_ENDED', message: `it would wait for "${title}", which is ${status}`, field })
    }
  }
  return ok(null)
}

async function firstRefusal(...checks: readonly (() => Promise<Checked>)[]): Promise<Checked> {
  for (const check of checks) {
    const checked = await check()
    if (!checked.ok) return checked
  }
  return ok(null)
}
