import { z } from 'zod'
import { terms } from '../agent-session/index.ts'
import { event, eventSince, type EventsOf, uuid } from '../kernel/index.ts'
import { taskPlan } from '../task/index.ts'
import { createdV1, createdV2 } from './upcasts.ts'

const mission = { missionId: uuid }
const reason = z.string().nullable()

/** A task as its mission plans it. */
export const plannedTask = z.object({
  taskId: uuid,
  /** What it is called within the mission. */
  key: z.string(),
  title: z.string(),
  instructions: z.string(),
  plan: taskPlan,
})
export type PlannedTask = z.infer<typeof plannedTask>

/** Facts of `missionStream`. A spawn without a mission belongs to one that has no stream. */
export const missionEvents = {
  MissionCreated: eventSince(
    z.object({
      ...mission,
      title: z.string(),
      objective: z.string(),
      /** What has to be true at the end. */
      acceptance: z.array(z.string()),
      tasks: z.array(plannedTask),
      /** Of all its tasks together. */
      budget: terms.budget,
      /** What its agents may do; what their tasks and the workspace say counts besides. */
      approvals: terms.approvals,
    }),
    [createdV1, createdV2],
  ),
  /** None of its tasks is dispatched any more, and its agents stand still. */
  MissionPaused: event(z.object({ ...mission, reason })),
  MissionResumed: event(z.object(mission)),
  /** Its tasks are cancelled, and its agents end. */
  MissionCancelled: event(z.object({ ...mission, reason })),
  /** All its planned tasks have ended. */
  MissionEnded: event(z.object({ ...mission, outcome: z.enum(['completed', 'failed']) })),
} as const

export type MissionEvent = EventsOf<typeof missionEvents>
