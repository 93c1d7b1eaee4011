import { setTimeout as delay } from 'node:timers/promises'
import type { PlannedSpawn } from '@mosaic/contracts/agent-session'
import { actorHeaders, coordinatorRoutes, type RejectionCode, type SpawnAnswer } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { type AddTaskInput, taskStream } from '@mosaic/contracts/task'
import { foldStream, inTime, uuidv5 } from '@mosaic/event-store'
import { taskView } from '@mosaic/views'
import { attemptId } from '../../queue/attempt-id.ts'
import type { Caller } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'

/** So long its agent is waited for, so that whoever asked finds it; and between two looks. In milliseconds. */
const [beginsMs, lookMs, checkedMs] = [8000, 100, 60_000]

type Answered = Result<SpawnAnswer, Rejection<RejectionCode>>

/**
 * The spawn of a task that somebody else keeps: it goes through the queue, where it is tried again as often as it says. The
 * same `taskId` of the same caller is the same task, and answers its newest agent.
 */
export async function spawnPlanned(deps: FeatureDeps, asked: PlannedSpawn, caller: Caller): Promise<Answered> {
  const { coordinator } = deps
  if (!coordinator) {
    return err({
      code: 'COORDINATOR_UNAVAILABLE',
      message: 'such a spawn goes through the queue, and there is none here',
    })
  }
  const key = uuidv5(`${caller.workspaceId}/external-task/${asked.taskId}`)
  const headers = { ...headersOf(caller), [actorHeaders.idempotencyKey]: key }
  const added = await coordinator.call(coordinatorRoutes.addTask, {
    body: taskOf(asked),
    headers,
    timeoutMs: checkedMs,
  })
  if (!added.ok) return added
  const { taskId, revision, position } = added.value
  const agentId = await newestAttempt(deps, taskId)
  const nothing = { status: 'spawning' as const, queued: null, changes: null }
  return ok({ sessionId: agentId, agentId, taskId: asked.taskId, revision, position, ...nothing })
}

const taskOf = ({ taskId, agentType, context, options }: PlannedSpawn): AddTaskInput => ({
  externalKey: taskId,
  agentType,
  repository: context.repository,
  branch: context.branch,
  instructions: context.workItems.join('\n\n'),
  ...(context.skills && { skills: context.skills }),
  ...(options.sandbox ? {} : { sandbox: 'process' }),
  ...(options.timeout !== undefined && { timeoutSeconds: Math.ceil(options.timeout / 1000) }),
  ...(options.maxRetries !== undefined && { maxRetries: options.maxRetries }),
  ...(options.model !== undefined && { model: options.model }),
})

const headersOf = ({ workspaceId, actor, operatorName }: Caller): Record<string, string> => ({
  [actorHeaders.workspaceId]: workspaceId,
  [actorHeaders.operatorId]: actor.id,
  [actorHeaders.operatorName]: encodeURIComponent(operatorName),
})

/** Of one that has not begun by then its name is known already. */
async function newestAttempt({ store }: FeatureDeps, taskId: string): Promise<string> {
  const deadline = performance.now() + beginsMs
  for (;;) {
    const { states } = await inTime(foldStream(store, taskView, { streamId: taskStream.of(taskId) }))
    const newest = states[0]?.attempts.at(-1)
    if (newest) return newest.sessionId
    if (performance.now() > deadline) return attemptId({ taskId, round: Math.max(1, states[0]?.round ?? 1), slot: 0 })
    await delay(lookMs)
  }
}
