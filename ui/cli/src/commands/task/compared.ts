import type { Client } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { ComparedAttempt, TaskView } from '@mosaic/contracts/task'

/** Git is asked about each branch. */
const timeoutMs = 60_000

/** A task, and its attempts with what they are compared by. */
export async function taskCompared(
  client: Client,
  id: string,
): Promise<{ readonly task: TaskView; readonly attempts: readonly ComparedAttempt[] }> {
  const task = await client.call(gatewayRoutes.task, { params: { id } })
  if (task.attempts.length === 0) return { task, attempts: [] }
  const { items } = await client.call(gatewayRoutes.taskAttempts, { params: { id }, timeoutMs })
  return { task, attempts: items }
}
