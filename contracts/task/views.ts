import { z } from 'zod'
import { taskSource } from '../agent-session/index.ts'
import { uuid } from '../kernel/index.ts'

export const taskStatus = z.enum(['open', 'assigned', 'completed', 'failed'])

export const taskView = z.object({
  taskId: uuid,
  missionId: uuid,
  source: taskSource,
  description: z.string(),
  status: taskStatus,
  sessionId: uuid.nullable(),
})
export type TaskView = z.infer<typeof taskView>
