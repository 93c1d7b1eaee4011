import { foldEvent, isHandled } from '@mosaic/contracts/kernel'
import { type AddTaskInput, taskStream, type TaskView } from '@mosaic/contracts/task'
import { foldStream } from '@mosaic/event-store'
import { type ServiceProcess, startService } from '@mosaic/kit'
import { taskView } from '@mosaic/views'
import { expect } from 'vitest'
import { Client, type Harness } from './harness.ts'

/** For tests: a coordinator, and orchestrators that take their work out of its queue, each a process of its own. */
export class Queue {
  readonly #harness: Harness
  readonly coordinator: ServiceProcess
  readonly workers: readonly ServiceProcess[]

  private constructor(harness: Harness, coordinator: ServiceProcess, workers: readonly ServiceProcess[]) {
    this.#harness = harness
    this.coordinator = coordinator
    this.workers = workers
  }

  static async start(harness: Harness, workers: number, settings: Readonly<Record<string, string>> = {}) {
    // What a plan would be refused for is seen when its turn comes: at this address nobody answers.
    const environment = { ...harness.environment, ...settings, MOSAIC_ORCHESTRATOR_URL: 'http://127.0.0.1:9' }
    const coordinator = await startService('services/coordinator', environment)
    const own = { ...harness.environment, ...settings, MOSAIC_COORDINATOR_URL: coordinator.url }
    const started = Array.from({ length: workers }, () => startService('services/orchestrator', own))
    return new Queue(harness, coordinator, await Promise.all(started))
  }

  async post(path: string, body: object = {}): Promise<Record<string, unknown>> {
    const answer = await new Client(this.coordinator.url, async () => {}).post(path, body)
    expect([path, answer.status, answer.body['code']]).toEqual([path, 202, undefined])
    return answer.body
  }

  async add(task: AddTaskInput): Promise<string> {
    return String((await this.post('/api/tasks', task))['taskId'])
  }

  /** As it stands now. */
  async task(taskId: string): Promise<TaskView> {
    const { states } = await foldStream(this.#harness.store, taskView, { streamId: taskStream.of(taskId) })
    if (!states[0]) throw new Error(`there is no task ${taskId}`)
    return states[0]
  }

  /** Follows the log until it stands so. */
  async until(taskId: string, stands: (task: TaskView) => boolean, timeoutMs = 120_000): Promise<TaskView> {
    const signal = AbortSignal.timeout(timeoutMs)
    let task: TaskView | undefined
    const filter = { streamPrefixes: [taskStream.of(taskId)] }
    for await (const item of this.#harness.store.subscribeAll({ after: null, filter, signal })) {
      if (item.kind !== 'event' || !isHandled(taskView, item.event)) continue
      task = foldEvent(taskView, task, item.event)
      if (task && stands(task)) return task
    }
    throw new Error(`task ${taskId} is ${task?.status ?? 'not there'} after ${timeoutMs} ms`)
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()))
    await this.coordinator.stop()
  }
}
