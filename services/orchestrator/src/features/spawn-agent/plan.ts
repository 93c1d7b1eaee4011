import type { SpawnAgent } from '@mosaic/contracts/agent-session'
import { err, ok, type Rejection } from '@mosaic/contracts/kernel'
import { taskHasEnded, taskStream } from '@mosaic/contracts/task'
import { foldStream, inTime } from '@mosaic/event-store'
import { taskView } from '@mosaic/views'
import type { Plan, Planned, Spawning } from '../../runtimes/index.ts'
import type { FeatureDeps } from '../deps.ts'
import { checkSettings } from './check-settings.ts'
import { takeChanges } from './take-changes.ts'
import { termsOf } from './terms.ts'

/** What the runtime makes of a spawn: it alone knows what one must have. */
export async function planSpawn(deps: FeatureDeps, request: SpawnAgent, of: Spawning): Promise<Planned> {
  const runtime = deps.runtimes.get(request.runtime)
  if (!runtime) return err(runtimeUnknown(deps, request.runtime))
  const planned = await runtime.plan(request, of)
  if (!planned.ok) return planned
  const plan = await withChanges(deps, request, planned.value)
  if (!plan.ok) return plan
  const refusal = await checkSettings(deps, of.workspaceId, { ...termsOf(request), ...plan.value })
  return refusal ? err(refusal) : plan
}

/** Why nothing is begun for a task. */
export async function endedTask(
  { store }: FeatureDeps,
  taskId: string | undefined,
): Promise<Rejection<'TASK_ENDED'> | undefined> {
  if (!taskId) return undefined
  const { states } = await inTime(foldStream(store, taskView, { streamId: taskStream.of(taskId) }))
  const [task] = states
  if (!task || !taskHasEnded(task.status)) return undefined
  return { code: 'TASK_ENDED', message: `the task is ${task.status}`, field: 'taskId' }
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
