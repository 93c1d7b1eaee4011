import type { SpawnAgent } from '@mosaic/contracts/agent-session'
import { err, ok, type Rejection } from '@mosaic/contracts/kernel'
import { load } from '@mosaic/event-store'
import { aggregates } from '../../aggregates.ts'
import type { Task } from '../../domain/task/task.ts'
import type { Plan, Planned } from '../../runtimes/index.ts'
import type { FeatureDeps } from '../deps.ts'
import { checkSettings } from './check-settings.ts'
import { takeChanges } from './take-changes.ts'

/** What the runtime makes of a spawn: it alone knows what one must have. */
export async function planSpawn(deps: FeatureDeps, request: SpawnAgent, workspaceId: string): Promise<Planned> {
  const runtime = deps.runtimes.get(request.runtime)
  if (!runtime) return err(runtimeUnknown(deps, request.runtime))
  const planned = await runtime.plan(request)
  if (!planned.ok) return planned
  const plan = await withChanges(deps, request, planned.value)
  if (!plan.ok) return plan
  const refusal = await checkSettings(deps, workspaceId, plan.value)
  if (refusal) return err(refusal)
  if (!request.taskId) return plan
  const { status } = await taskOf(deps, request.taskId)
  if (status === 'completed' || status === 'failed') {
    return err({ code: 'TASK_ENDED', message: `the task is ${status}`, field: 'taskId' })
  }
  return plan
}

/** Where the person wants it so, the work starts from what is not committed yet. */
async function withChanges(deps: FeatureDeps, request: SpawnAgent, plan: Plan): Promise<Planned> {
  const { workplace } = plan
  if (workplace.kind !== 'worktree') return ok(plan)
  const from = await takeChanges(deps, request, workplace.baseBranch)
  if (!from.ok || from.value === null) return from.ok ? ok(plan) : from
  return ok({ ...plan, workplace: { ...workplace, from: from.value } })
}

export function runtimeUnknown(
  { runtimes }: Pick<FeatureDeps, 'runtimes'>,
  kind: string,
): Rejection<'RUNTIME_UNKNOWN'> {
  const known = [...runtimes.keys()].join(', ')
  return { code: 'RUNTIME_UNKNOWN', message: `there is no runtime ${kind} here; there is: ${known}`, field: 'runtime' }
}

async function taskOf({ store }: FeatureDeps, taskId: string): Promise<Task> {
  const { task: aggregate } = aggregates
  return (await load(store, { aggregate, streamId: aggregate.streamOf(taskId) })).state
}
