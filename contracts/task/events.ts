import { z } from 'zod'
import { taskSource } from '../agent-session/index.ts'
import { event, type EventsOf, uuid } from '../kernel/index.ts'

const task = { taskId: uuid }

/** Facts of `taskStream`. A spawn without a task of its own creates one (source `internal`). */
export const taskEvents = {
  TaskCreated: event(z.object({ ...task, missionId: uuid, source: taskSource, description: z.string() })),
  TaskAssigned: event(z.object({ ...task, sessionId: uuid })),
  TaskCompleted: event(z.object({ ...task, sessionId: uuid, summary: z.string() })),
  TaskFailed: event(z.object({ ...task, sessionId: uuid, reason: z.string() })),
} as const

export type TaskEvent = EventsOf<typeof taskEvents>
