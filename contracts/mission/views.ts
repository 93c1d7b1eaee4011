import { z } from 'zod'
import { terms } from '../agent-session/index.ts'
import { actor, timestamp, uuid, workspaceId } from '../kernel/index.ts'
import { taskStatus } from '../task/index.ts'

export const missionStatus = z.enum(['running', 'paused', 'completed', 'failed', 'cancelled'])
export type MissionStatus = z.infer<typeof missionStatus>

export const missionView = z.object({
  missionId: uuid,
  workspaceId,
  title: z.string(),
  objective: z.string(),
  acceptance: z.array(z.string()),
  /** In the order in which they were planned. */
  tasks: z.array(z.object({ taskId: uuid, key: z.string(), title: z.string(), dependsOn: z.array(uuid) })),
  budget: terms.budget,
  approvals: terms.approvals,
  status: missionStatus,
  /** Why it was paused or cancelled. */
  reason: z.string().nullable(),
  createdBy: actor,
  createdAt: timestamp,
  endedAt: timestamp.nullable(),
  revision: z.int(),
})
export type MissionView = z.infer<typeof missionView>

/** A mission with how far it has come: how many of its tasks, also of those added later, are in which status. */
export const missionProgress = missionView.extend({ progress: z.partialRecord(taskStatus, z.int()) })
export type MissionProgress = z.infer<typeof missionProgress>
