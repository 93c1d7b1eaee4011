import { z } from 'zod'
import { taskSource } from '../agent-session/index.ts'
import { event, eventSince, type EventsOf, timestamp, uuid } from '../kernel/index.ts'
import { createdV1, failedV1, withApprovals, withTerms } from './upcasts.ts'
import { attemptOutcome, taskHold, taskPlan, taskPriority } from './vocabulary.ts'

const task = { taskId: uuid }
/** Counts the times that a task was dispatched: 1 is the first. */
const round = z.int().min(1)

/** Facts of `taskStream`. */
export const taskEvents = {
  /** `plan` is `null` for a task that came with the spawn of its agent: the queue has nothing to do with it. */
  TaskCreated: eventSince(
    z.object({
      ...task,
      missionId: uuid,
      source: taskSource,
      title: z.string(),
      instructions: z.string(),
      /** What somebody else calls it. */
      externalKey: z.string().nullable(),
      plan: taskPlan.nullable(),
    }),
    [createdV1, withTerms, withApprovals],
  ),
  TaskReprioritised: event(z.object({ ...task, priority: taskPriority })),
  /** It is its turn: any worker may begin its attempts, each once. */
  TaskDispatched: event(z.object({ ...task, round, attempts: z.int().min(1) })),
  /** Its turn has come, and nobody is there who could begin it. */
  TaskHeld: event(z.object({ ...task, code: taskHold, message: z.string() })),
  /** A worker could not begin it. `nextTryAt` is `null` where that would be no use, or has been tried often enough. */
  TaskDispatchFailed: event(
    z.object({ ...task, round, code: z.string(), message: z.string(), nextTryAt: timestamp.nullable() }),
  ),
  /** An agent has been spawned for it. */
  TaskAssigned: event(z.object({ ...task, sessionId: uuid })),
  /** The agent is at work. */
  TaskStarted: event(z.object({ ...task, sessionId: uuid })),
  /** One agent's work on a planned task is over; what follows from it stands beside it. */
  TaskAttemptEnded: event(z.object({ ...task, sessionId: uuid, outcome: attemptOutcome, summary: z.string() })),
  /** It goes back into the queue. */
  TaskRetryScheduled: event(z.object({ ...task, notBefore: timestamp, reason: z.string() })),
  /** Of several attempts this one is taken; those that still go on are ended. */
  TaskAttemptChosen: event(z.object({ ...task, sessionId: uuid })),
  TaskCompleted: event(z.object({ ...task, sessionId: uuid, summary: z.string() })),
  /** `sessionId` is `null` where no agent came to work on it. */
  TaskFailed: eventSince(z.object({ ...task, sessionId: uuid.nullable(), reason: z.string() }), [failedV1]),
  TaskCancelled: event(z.object({ ...task, reason: z.string().nullable() })),
  /** A person wants it tried anew after its end. */
  TaskReopened: eventSince(z.object({ ...task, missionId: uuid, plan: taskPlan }), [withTerms, withApprovals]),
} as const

export type TaskEvent = EventsOf<typeof taskEvents>
