import { actorHeaders, orchestratorRoutes, type RejectionCode } from '@mosaic/contracts/http'
import { ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { TaskPlan } from '@mosaic/contracts/task'
import type { Caller } from '@mosaic/http/caller'
import type { FeatureDeps } from './deps.ts'

/** A repository may be far away. In milliseconds. */
const timeoutMs = 45_000

/** Not now: what cannot be looked at yet is looked at when its turn comes. */
const passing: ReadonlySet<RejectionCode> = new Set([
  'ORCHESTRATOR_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'OVERLOADED',
  'REPOSITORY_UNREACHABLE',
])

type Checked = Result<null, Rejection<RejectionCode>>

/** Refuses a plan whose agents could not be spawned as things stand: no such model, repository, branch or runtime. */
export async function checkPlan(
  { orchestrator }: Pick<FeatureDeps, 'orchestrator'>,
  { plan, instructions }: { readonly plan: TaskPlan; readonly instructions: string },
  caller: Caller,
): Promise<Checked> {
  const headers = { [actorHeaders.workspaceId]: caller.workspaceId }
  for (const model of new Set(plan.models)) {
    const body = spawnOf(plan, { model, instructions })
    const checked = await orchestrator.call(orchestratorRoutes.checkSpawn, { body, headers, timeoutMs })
    if (!checked.ok && !passing.has(checked.error.code)) return checked
  }
  return ok(null)
}

/** What a worker will ask for, as far as it can be told now. */
function spawnOf({ spawn }: TaskPlan, { model, instructions: task }: { model: string | null; instructions: string }) {
  const given = Object.entries({ ...spawn, model, task }).filter(([, value]) => value !== null)
  return Object.fromEntries(given)
}
