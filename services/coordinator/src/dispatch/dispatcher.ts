import { setTimeout as delay } from 'node:timers/promises'
import { type Clock, newId } from '@mosaic/contracts/kernel'
import { type CommandContext, type EventStore, type LogEvent, StoreUnavailableError } from '@mosaic/event-store'
import { type Messaging, MessagingUnavailableError } from '@mosaic/messaging'
import type { Participant } from '@mosaic/reactions'
import type { Logger } from '@mosaic/runtime'
import type { Commands } from '../commands.ts'
import type { TaskCommand } from '../domain/task/task.ts'
import { Dependencies } from './dependencies.ts'
import { dueTasks, nextMoment, type QueueLimits, Room } from './next-tasks.ts'
import type { QueuedTask } from './queued-task.ts'
import { QueueFold } from './queue-fold.ts'

export type DispatcherDeps = {
  readonly store: EventStore
  readonly messaging: Messaging
  readonly commands: Pick<Commands, 'task'>
  readonly clock: Clock
  readonly logger: Logger
  readonly limits: QueueLimits
  readonly ageingMinutes: number
  /** Whether a worker is there that has all of these. */
  readonly haveLabels: (labels: readonly string[]) => boolean
  /** How many tasks may be on their way to workers: few, so that the order can be changed until late. */
  readonly ahead: number
}

const longestPauseMs = 5000
const retryMs = 1000
const system = { kind: 'system', id: 'coordinator' } as const

/**
 * Lets tasks go when their turn has come. That it has is a fact in the log; what workers are told is what the log says,
 * as often as it takes: each begins an attempt once, whoever asks how often.
 */
export class Dispatcher implements Participant {
  readonly kept = new QueueFold()
  readonly #deps: DispatcherDeps
  readonly #dependencies: Dependencies
  readonly #stopping = new AbortController()
  /** Dispatched, and not yet in the workers' queue. */
  readonly #unoffered = new Set<string>()
  /** Asked to be dispatched; the fold has not heard of it yet. */
  readonly #asked = new Set<string>()
  /** Said to wait for a worker with their labels. */
  readonly #held = new Set<string>()
  #wake = Promise.withResolvers<void>()
  #running: Promise<void> = Promise.resolve()

  constructor(deps: DispatcherDeps) {
    this.#deps = deps
    this.#dependencies = new Dependencies({ store: deps.store, isOpen: (taskId) => this.kept.has(taskId) })
  }

  async take(event: LogEvent): Promise<void> {
    if (!this.kept.take(event)) return
    if ('taskId' in event.data) this.#asked.delete(event.data.taskId as string)
    if (event.type === 'TaskDispatched') this.#unoffered.add(event.data.taskId)
    if (event.type === 'TaskReopened') this.#dependencies.forget(event.data.taskId)
    // From then on it waits anew, if it waits.
    if (event.type === 'TaskDispatched' || event.type === 'TaskReopened') this.#held.delete(event.data.taskId)
    this.#wake.resolve()
  }

  async passOver(): Promise<void> {}

  async goLive(): Promise<void> {
    this.#offerAll()
    // Whatever waited for workers may be gone with the server.
    const stopListening = this.#deps.messaging.onConnection((connected) => connected && this.#offerAll())
    this.#running = this.#run().finally(stopListening)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake.resolve()
    await this.#running
  }

  #offerAll(): void {
    for (const { taskId, status } of this.kept.tasks()) if (status !== 'pending') this.#unoffered.add(taskId)
    this.#wake.resolve()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers()
      try {
        await this.#dispatch()
        await this.#offer()
        await this.#pause(this.#untilNext())
      } catch (error) {
        if (!isPassing(error)) this.#deps.logger.error({ err: error }, 'tasks could not be dispatched')
        await this.#pause(retryMs)
      }
    }
  }

  async #dispatch(): Promise<void> {
    const { clock, limits, ageingMinutes, ahead } = this.#deps
    const onTheirWay = [...this.kept.tasks()].filter(({ status }) => status === 'dispatched').length
    let free = ahead - onTheirWay - this.#asked.size
    const isHeld = (task: QueuedTask) => this.kept.isHeld(task) || this.#asked.has(task.taskId)
    const room = new Room(this.kept.tasks(), limits)
    for (const task of dueTasks({ tasks: this.kept.tasks(), now: clock.now(), ageingMinutes, isHeld })) {
      if (free <= 0) return
      const readiness = await this.#dependencies.readiness(task.plan.dependsOn)
      // What waits for others takes no room from them.
      const labels = task.plan.spawn.labels
      if (readiness.kind === 'ready' && labels.length > 0 && !this.#deps.haveLabels(labels)) {
        await this.#hold(task, labels)
        continue
      }
      if (readiness.kind === 'waits' || (readiness.kind === 'ready' && !room.admit(task))) continue
      if (readiness.kind === 'ready') free--
      await this.#send(task, commandFor(readiness))
    }
  }

  /** It goes on to be looked at, and is not said to wait again. */
  async #hold(task: QueuedTask, labels: readonly string[]): Promise<void> {
    if (this.#held.has(task.taskId)) return
    const message = `no worker is there that has ${labels.join(', ')}`
    await this.#deps.commands.task(task.taskId, { type: 'HoldTask', message }, this.#contextOf(task))
    this.#held.add(task.taskId)
  }

  async #send(task: QueuedTask, command: TaskCommand): Promise<void> {
    const { commands, logger } = this.#deps
    const { taskId } = task
    this.#asked.add(taskId)
    const done = await commands.task(taskId, command, this.#contextOf(task)).catch((error: unknown) => {
      this.#asked.delete(taskId)
      throw error
    })
    if (done.ok && done.value.events.length > 0) return
    // Somebody has cancelled or moved it: the fold is about to hear of that.
    this.#asked.delete(taskId)
    if (!done.ok) logger.warn({ taskId, code: done.error.code }, 'a task could not be dispatched')
  }

  #contextOf({ workspaceId, correlationId }: QueuedTask): CommandContext {
    const occurredAt = this.#deps.clock.now()
    return { commandId: newId(), workspaceId, actor: system, occurredAt, correlationId }
  }

  async #offer(): Promise<void> {
    for (const task of [...this.kept.tasks()].filter(({ taskId }) => this.#unoffered.has(taskId))) {
      const { taskId, workspaceId, round } = task
      if (task.status !== 'pending') {
        const { labels } = task.plan.spawn
        for (const slot of task.plan.models.keys()) {
          await this.#deps.messaging.workQueue.put({ taskId, workspaceId, round, slot, labels })
        }
      }
      this.#unoffered.delete(taskId)
    }
  }

  #untilNext(): number {
    const now = this.#deps.clock.now()
    const next = nextMoment(this.kept.tasks(), now)
    return next === null ? longestPauseMs : Math.min(longestPauseMs, next.getTime() - now.getTime())
  }

  async #pause(milliseconds: number): Promise<void> {
    const timer = new AbortController()
    const signal = AbortSignal.any([this.#stopping.signal, timer.signal])
    await Promise.race([this.#wake.promise, delay(milliseconds, undefined, { signal }).catch(() => undefined)])
    timer.abort()
  }
}

function commandFor(
  readiness: Exclude<Awaited<ReturnType<Dependencies['readiness']>>, { kind: 'waits' }>,
): TaskCommand {
  if (readiness.kind === 'ready') return { type: 'DispatchTask' }
  const { title, status } = readiness.task
  return { type: 'AbandonTask', reason: `it waits for "${title}", which is ${status}` }
}

const isPassing = (error: unknown): boolean =>
  error instanceof StoreUnavailableError || error instanceof MessagingUnavailableError
