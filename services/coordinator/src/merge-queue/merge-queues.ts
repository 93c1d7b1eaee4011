import { setTimeout as delay } from 'node:timers/promises'
import { type Clock, newId } from '@mosaic/contracts/kernel'
import { mergeQueueStream } from '@mosaic/contracts/merge-queue'
import { type CommandContext, type EventStore, load, type Loaded, StoreUnavailableError } from '@mosaic/event-store'
import { BackOff, type Logger } from '@mosaic/runtime'
import { aggregates } from '../aggregates.ts'
import type { Commands } from '../commands.ts'
import type { KnownQueue, MergeQueue, MergeQueueCommand } from '../domain/merge-queue/merge-queue.ts'
import { askAgent, type Attended, whenDone } from './ask-agent.ts'
import { frozenLandings } from './frozen.ts'
import type { OpenQueues } from './open-queues.ts'
import { nextStep, type StepDeps } from './steps.ts'

type Deps = StepDeps & {
  readonly store: EventStore
  readonly commands: Pick<Commands, 'mergeQueue'>
  /** As the log says, once it has been read. */
  readonly open: () => OpenQueues
  readonly caughtUp: () => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
}

const roundMs = 250
/** While only time can bring anything: gates that run, a base that somebody has checked out. */
const waitMs = 1500
const pauses = { firstMs: 250, longestMs: 10_000 }
/** What cannot be decided is tried anew, which stands in the log each time. */
const anewPauses = { firstMs: 1000, longestMs: 300_000 }
const system = { kind: 'system', id: 'coordinator' } as const

/**
 * Takes every merge queue in which anything waits from one step to the next. All that it knows stands in the log: whoever
 * comes after it, wherever it was cut off, reads that and goes on.
 */
export class MergeQueues {
  readonly #deps: Deps
  readonly #stopping = new AbortController()
  readonly #driven = new Map<string, Promise<void>>()
  /** Agents that are asked to go on, or waited for: no branch waits for another one's. */
  readonly #attended = new Map<string, Promise<void>>()
  #running: Promise<void> = Promise.resolve()

  constructor(deps: Deps) {
    const { orchestrator } = deps
    const { signal } = this.#stopping
    // What a call that is cut off has begun, whoever comes next begins anew.
    this.#deps = {
      ...deps,
      orchestrator: { call: (route, options) => orchestrator.call(route, { ...options, signal }) },
    }
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
    await Promise.all([...this.#driven.values(), ...this.#attended.values()])
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    await Promise.race([this.#deps.caughtUp(), aborted(signal)])
    while (!signal.aborted) {
      for (const [queueId, { workspaceId }] of Object.entries(this.#deps.open())) {
        if (this.#driven.has(queueId)) continue
        const driven = this.#drive(queueId, workspaceId).finally(() => this.#driven.delete(queueId))
        this.#driven.set(queueId, driven)
      }
      await this.#pause(roundMs)
    }
  }

  /** Until nothing waits in it any more. */
  async #drive(queueId: string, workspaceId: string): Promise<void> {
    const { store, logger, open } = this.#deps
    const { signal } = this.#stopping
    const [backOff, anew] = [new BackOff(pauses), new BackOff(anewPauses)]
    const reading = { aggregate: aggregates.mergeQueue, streamId: mergeQueueStream.of(queueId) }
    let from: Loaded<MergeQueue> | undefined
    while (!signal.aborted && queueId in open()) {
      try {
        from = await load(store, { ...reading, from })
        const done = from.state.status === 'none' ? 'nothing' : await this.#step(from.state, workspaceId)
        if (done === 'nothing') await backOff.pause(signal)
        else backOff.reset()
        if (done === 'AbandonBatch' && from.state.status === 'checking') await anew.pause(signal)
        // Its gates have spoken; or the base has moved, as often as others land on it, which tells nothing against this.
        else if (done === 'RecordCheck' || from.state.status === 'pushing') anew.reset()
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) logger.error({ err: error, queueId }, 'a merge queue is stuck')
        await backOff.pause(signal)
      }
    }
  }

  /** Answers what was done; `nothing` has to be tried again later. */
  async #step(queue: KnownQueue, workspaceId: string): Promise<MergeQueueCommand['type'] | 'waited' | 'nothing'> {
    for (const landing of Object.values(queue.landings)) this.#attend({ queue, landing, workspaceId })
    const frozen = await frozenLandings(this.#deps.store, queue, workspaceId)
    const step = await nextStep(this.#deps, queue, { workspaceId, frozen })
    if (!step.ok) {
      const { code, message: reason } = step.error
      this.#deps.logger.warn({ queueId: queue.queueId, code, reason }, 'a merge queue has to wait')
      return 'nothing'
    }
    if (step.value === null) {
      await this.#pause(waitMs)
      return 'waited'
    }
    const isDone = await this.#command(queue.queueId, workspaceId, step.value)
    return isDone ? step.value.type : 'nothing'
  }

  async #command(queueId: string, workspaceId: string, command: MergeQueueCommand): Promise<boolean> {
    const { commands, clock, logger } = this.#deps
    const context: CommandContext = {
      commandId: newId(),
      workspaceId,
      actor: system,
      occurredAt: clock.now(),
      correlationId: queueId,
    }
    const done = await commands.mergeQueue(queueId, command, context)
    if (!done.ok) logger.warn({ queueId, command: command.type, code: done.error.code }, 'a merge queue refused a step')
    return done.ok && done.value.events.length > 0
  }

  #attend(attended: Attended): void {
    const { queue, landing, workspaceId } = attended
    const { landingId, place, times } = landing
    const key = `${landingId} ${place} ${times}`
    if (place === 'in-line' || this.#attended.has(key)) return
    const told = this.#whatFollows(attended)
      .then((command) => command && this.#command(queue.queueId, workspaceId, command))
      .catch((error: unknown) => {
        if (this.#stopping.signal.aborted) return
        this.#deps.logger.warn({ err: error, landingId }, 'an agent whose branch did not land is attended to anew')
      })
      .then(() => void this.#attended.delete(key))
    this.#attended.set(key, told)
  }

  async #whatFollows(attended: Attended): Promise<MergeQueueCommand | undefined> {
    const { store, orchestrator, logger } = this.#deps
    const { signal } = this.#stopping
    const { landing } = attended
    if (landing.place === 'with-agent') return whenDone(store, landing, signal)
    const backOff = new BackOff(pauses)
    while (!signal.aborted && (await this.#isStillReturned(attended))) {
      const asked = await askAgent(orchestrator, attended)
      if (asked.ok) return asked.value
      const { code, message: reason } = asked.error
      logger.warn({ landingId: landing.landingId, code, reason }, 'an agent whose branch did not land is asked later')
      await backOff.pause(signal)
    }
    return undefined
  }

  /** Somebody may have taken it out meanwhile: then its agent is not to begin, nor to spend. */
  async #isStillReturned({ queue: { queueId }, landing: { landingId, times } }: Attended): Promise<boolean> {
    const reading = { aggregate: aggregates.mergeQueue, streamId: mergeQueueStream.of(queueId) }
    const { state } = await load(this.#deps.store, reading)
    const now = state.status === 'none' ? undefined : state.landings[landingId]
    return now?.place === 'returned' && now.times === times
  }

  #pause(milliseconds: number): Promise<unknown> {
    return delay(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
