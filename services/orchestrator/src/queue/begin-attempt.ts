import { spawnAgent, type SpawnAgent } from '@mosaic/contracts/agent-session'
import { actorHeaders, coordinatorRoutes, type RejectionCode } from '@mosaic/contracts/http'
import type { Rejection } from '@mosaic/contracts/kernel'
import { taskStream, type TaskPlan, type TaskView, type WorkItem } from '@mosaic/contracts/task'
import { foldStream, inTime } from '@mosaic/event-store'
import type { Upstream } from '@mosaic/http'
import { isTracing } from '@mosaic/telemetry'
import { taskView } from '@mosaic/views'
import type { FeatureDeps } from '../features/deps.ts'
import { attemptCommandId, attemptId } from './attempt-id.ts'
import { begunSpec } from '../features/spawn-agent/begin.ts'
import { endedTask } from '../features/spawn-agent/plan.ts'
import { spawnNew } from '../features/spawn-agent/route.ts'

/** What became of an item: it is over, or may be tried again after so many milliseconds. */
export type Begun = { readonly kind: 'over' } | { readonly kind: 'later'; readonly afterMs: number }

const over: Begun = { kind: 'over' }
const laterMs = 5000

/** Nothing is wrong with the task: there is no room for it, or nothing may begin right now. */
const passing: ReadonlySet<RejectionCode> = new Set([
  'FLEET_FROZEN',
  'SPAWN_LIMIT_REACHED',
  'OVERLOADED',
  'CONCURRENT_UPDATE',
])
/** Trying again would be refused again. */
const final: ReadonlySet<RejectionCode> = new Set(['VALIDATION_FAILED', 'RUNTIME_UNKNOWN'])

type Deps = { readonly features: FeatureDeps; readonly coordinator: Upstream }

/**
 * Begins one attempt of a dispatched task. Its session's id follows from task, round and slot: of all workers that try,
 * the log lets one begin it. What cannot be begun is told to the coordinator, which decides what follows.
 * @throws StoreUnavailableError
 */
export async function beginAttempt({ features, coordinator }: Deps, item: WorkItem): Promise<Begun> {
  const sessionId = attemptId(item)
  if (features.sessions.roster.get(sessionId)) return over
  const task = await dispatched(features, item)
  if (!task) return over
  const caller = {
    commandId: attemptCommandId(item),
    workspaceId: task.workspaceId,
    actor: { kind: 'system', id: 'orchestrator' },
    occurredAt: features.clock.now(),
    correlationId: task.missionId,
    operatorName: 'queue',
    repeated: true,
    ...(await traced(features, item)),
  } as const
  const request = spawnOf(task, task.plan.models[item.slot] ?? null)
  // By what this process has heard it still is what it was a moment ago: the log need not be asked again.
  const ended = async () => (features.isDispatched(item.taskId) ? undefined : endedTask(features, item.taskId))
  const spawned = await spawnNew(features, { request, caller, sessionId, ended })
  // What is refused now may have been begun before, or by another worker meanwhile.
  if (spawned.ok || spawned.error.code === 'TASK_ENDED' || (await inTime(begunSpec(features, sessionId)))) return over
  if (passing.has(spawned.error.code)) return { kind: 'later', afterMs: laterMs }
  return refuse(coordinator, item, spawned.error)
}

type Planned = TaskView & { readonly plan: TaskPlan }

/** The task, where the item still means what the log has. */
async function dispatched({ store }: FeatureDeps, { taskId, round, slot }: WorkItem): Promise<Planned | undefined> {
  const { states } = await inTime(foldStream(store, taskView, { streamId: taskStream.of(taskId) }))
  const [task] = states
  if (!task?.plan || task.round !== round || task.endedAt !== null || task.status === 'pending') return undefined
  return slot < task.plan.models.length ? { ...task, plan: task.plan } : undefined
}

/** What an attempt does belongs to the trace of who asked for the task. */
async function traced({ store }: FeatureDeps, { taskId }: WorkItem): Promise<{ readonly traceparent?: string }> {
  if (!isTracing()) return {}
  for await (const item of store.readStream(taskStream.of(taskId), { limit: 1 })) {
    const traceparent = item.kind === 'event' ? item.event.metadata.traceparent : undefined
    return traceparent === undefined ? {} : { traceparent }
  }
  return {}
}

/** What a person would have asked for. What may be spent counts for the task, all of its attempts together. */
function spawnOf(
  { taskId, missionId, source, externalKey, instructions, plan }: Planned,
  model: string | null,
): SpawnAgent {
  const given = Object.entries({ ...plan.spawn, budget: null, model, externalKey }).filter(
    ([, value]) => value !== null,
  )
  return spawnAgent.parse({ ...Object.fromEntries(given), task: instructions, taskId, missionId, taskSource: source })
}

async function refuse(
  coordinator: Upstream,
  { taskId, workspaceId, round }: WorkItem,
  { code, message }: Rejection<RejectionCode>,
): Promise<Begun> {
  const told = await coordinator.call(coordinatorRoutes.refuseDispatch, {
    params: { id: taskId },
    body: { round, code, message: message.slice(0, 10_000), isFinal: final.has(code) },
    headers: { [actorHeaders.workspaceId]: workspaceId },
  })
  return told.ok ? over : { kind: 'later', afterMs: laterMs }
}
