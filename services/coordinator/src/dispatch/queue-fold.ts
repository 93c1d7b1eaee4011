import type { LogEvent } from '@mosaic/event-store'
import type { EventOf, Kept } from '@mosaic/reactions'
import { z } from 'zod'
import { type QueuedTask, queuedTask } from './queued-task.ts'

const handles = [
  'TaskCreated',
  'TaskReprioritised',
  'TaskDispatched',
  'TaskDispatchFailed',
  'TaskAssigned',
  'TaskRetryScheduled',
  'TaskReopened',
  'TaskCompleted',
  'TaskFailed',
  'TaskCancelled',
  'MissionPaused',
  'MissionResumed',
  'MissionCancelled',
  'MissionEnded',
  'QueuePaused',
  'QueueResumed',
] as const
type QueueEvent = EventOf<(typeof handles)[number]>

const kept = z.object({
  tasks: z.array(queuedTask),
  pausedMissions: z.array(z.string()),
  pausedWorkspaces: z.array(z.string()),
})
type State = z.infer<typeof kept>

/**
 * The tasks that have not ended, and which missions and workspaces stand still. Changed in place: a copy of ten thousand
 * tasks per event would take longer than the event.
 */
export class QueueFold implements Kept<State> {
  readonly name = 'queue'
  readonly version = 2
  readonly handles = handles
  readonly #tasks = new Map<string, QueuedTask>()
  readonly #pausedMissions = new Set<string>()
  readonly #pausedWorkspaces = new Set<string>()

  get state(): State {
    return {
      tasks: [...this.#tasks.values()],
      pausedMissions: [...this.#pausedMissions],
      pausedWorkspaces: [...this.#pausedWorkspaces],
    }
  }

  restore(state: unknown): void {
    const { tasks, pausedMissions, pausedWorkspaces } = kept.parse(state)
    for (const task of tasks) this.#tasks.set(task.taskId, task)
    for (const missionId of pausedMissions) this.#pausedMissions.add(missionId)
    for (const workspaceId of pausedWorkspaces) this.#pausedWorkspaces.add(workspaceId)
  }

  tasks(): Iterable<QueuedTask> {
    return this.#tasks.values()
  }

  /** Whether it has not ended. */
  has(taskId: string): boolean {
    return this.#tasks.has(taskId)
  }

  isHeld({ workspaceId, missionId }: QueuedTask): boolean {
    return this.#pausedWorkspaces.has(workspaceId) || this.#pausedMissions.has(missionId)
  }

  /** Answers whether it was one of its events. */
  take(event: LogEvent): boolean {
    if (!isHandled(event)) return false
    this.#fold(event)
    return true
  }

  #fold(event: QueueEvent): void {
    const { occurredAt, workspaceId } = event.metadata
    switch (event.type) {
      case 'TaskCreated':
      case 'TaskReopened':
        return this.#begin(event)
      case 'TaskReprioritised':
        return this.#change(event.data.taskId, { priority: event.data.priority })
      case 'TaskDispatched':
        return this.#change(event.data.taskId, { status: 'dispatched', round: event.data.round })
      case 'TaskDispatchFailed': {
        const { taskId, nextTryAt } = event.data
        return nextTryAt === null ? undefined : this.#change(taskId, { status: 'pending', notBefore: nextTryAt })
      }
      case 'TaskAssigned':
        return this.#change(event.data.taskId, { status: 'active' })
      case 'TaskRetryScheduled': {
        const { taskId, notBefore } = event.data
        return this.#change(taskId, { status: 'pending', notBefore, since: occurredAt })
      }
      case 'TaskCompleted':
      case 'TaskFailed':
      case 'TaskCancelled':
        return void this.#tasks.delete(event.data.taskId)
      case 'MissionPaused':
        return void this.#pausedMissions.add(event.data.missionId)
      case 'MissionResumed':
      case 'MissionCancelled':
      case 'MissionEnded':
        return void this.#pausedMissions.delete(event.data.missionId)
      case 'QueuePaused':
        return void this.#pausedWorkspaces.add(workspaceId)
      case 'QueueResumed':
        return void this.#pausedWorkspaces.delete(workspaceId)
    }
  }

  #begin({ type, data, metadata }: EventOf<'TaskCreated' | 'TaskReopened'>): void {
    const { taskId, missionId, plan } = data
    if (!plan) return
    this.#tasks.set(taskId, {
      taskId,
      missionId,
      workspaceId: metadata.workspaceId,
      correlationId: metadata.$correlationId,
      status: 'pending',
      plan,
      priority: plan.priority,
      round: 0,
      since: metadata.occurredAt,
      notBefore: type === 'TaskCreated' ? plan.notBefore : null,
    })
  }

  #change(taskId: string, changed: Partial<QueuedTask>): void {
    const task = this.#tasks.get(taskId)
    if (task) this.#tasks.set(taskId, { ...task, ...changed })
  }
}

const isHandled = (event: LogEvent): event is QueueEvent => (handles as readonly string[]).includes(event.type)
