import type { Clock } from '@mosaic/contracts/kernel'
import { metrics, sample } from '@mosaic/telemetry'
import type { QueuedTask } from '../dispatch/queued-task.ts'

/** How many tasks there are in which state, and how long one has waited, looked up when somebody asks. */
export function measureTasks(tasks: () => Iterable<QueuedTask>, clock: Clock): void {
  sample(metrics.tasks, (shown) => {
    for (const { status } of tasks()) shown.inc({ status })
  })
  sample(metrics.oldestTask, (shown) => {
    const now = clock.now().getTime()
    const waits = [...tasks()].flatMap(({ status, since }) => (status === 'pending' ? now - Date.parse(since) : []))
    shown.set(waits.reduce((longest, wait) => Math.max(longest, wait), 0) / 1000)
  })
}
