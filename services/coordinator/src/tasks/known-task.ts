import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { taskStream, type TaskView } from '@mosaic/contracts/task'
import { foldStream, inTime } from '@mosaic/event-store'
import { taskView } from '@mosaic/views'
import type { FeatureDeps } from '../deps.ts'

/** A task of this workspace, as the log has it. Those of others are not there. */
export async function knownTask(
  { store }: Pick<FeatureDeps, 'store'>,
  taskId: string,
  workspaceId: string,
): Promise<Result<TaskView, Rejection<RejectionCode>>> {
  const { states } = await inTime(foldStream(store, taskView, { streamId: taskStream.of(taskId) }))
  const [task] = states
  if (task?.workspaceId === workspaceId) return ok(task)
  return err({ code: 'TASK_NOT_FOUND', message: `there is no task ${taskId}` })
}
