import type { Clock } from '@mosaic/contracts/kernel'
import { type CommandContext, type EventStore, type LogEvent, uuidv5 } from '@mosaic/event-store'
import type { Logger } from '@mosaic/runtime'
import type { Commands } from '../commands.ts'
import { Outbox } from './outbox.ts'
import type { ReactionCommand } from './reaction.ts'
import type { RunningFold } from './running.ts'
import { followedTypes } from './subscription.ts'

type FollowerDeps = {
  readonly store: Pick<EventStore, 'subscribeAll'>
  readonly commands: Commands
  readonly clock: Clock
  readonly logger: Logger
}

/** Whoever follows the log without being a fold of it. */
export type Participant = {
  take(event: LogEvent): Promise<void>
  /** All that was in the log at the start has been read. */
  goLive(): Promise<void>
}

type Held = { readonly reaction: string; readonly asked: ReactionCommand; readonly cause: LogEvent }

const system = { kind: 'system', id: 'orchestrator' } as const

/**
 * Follows the log for all reactions. While it catches up, the commands that they ask for are held back, and dropped
 * when an event comes by that such a command has brought about; what is left then has never been done. So a restart
 * repeats nothing and leaves nothing out.
 */
export class Follower {
  readonly #deps: FollowerDeps
  readonly #participants: readonly Participant[]
  readonly #folds: readonly RunningFold[]
  readonly #outbox: Outbox
  readonly #held = new Map<string, Held>()
  readonly #stopping = new AbortController()
  readonly #caughtUp = Promise.withResolvers<void>()
  readonly #failed = Promise.withResolvers<never>()
  #state: 'catching up' | 'live' | 'failed' = 'catching up'
  #following: Promise<void> = Promise.resolve()

  /** The participants take an event in before the folds do. */
  constructor(deps: FollowerDeps, participants: readonly Participant[], folds: readonly RunningFold[]) {
    this.#deps = deps
    this.#participants = participants
    this.#folds = folds
    this.#outbox = new Outbox({ ...deps, signal: this.#stopping.signal })
    this.#failed.promise.catch(() => undefined)
  }

  get state(): 'catching up' | 'live' | 'failed' {
    return this.#state
  }

  /** Resolves once all that was in the log at the start has been taken in. */
  get caughtUp(): Promise<void> {
    return this.#caughtUp.promise
  }

  /** Rejects when the log can not be followed any more; never settles otherwise. */
  get failed(): Promise<never> {
    return this.#failed.promise
  }

  start(): void {
    this.#following = this.#follow().catch((error: unknown) => {
      if (this.#stopping.signal.aborted) return
      this.#deps.logger.fatal({ err: error }, 'the log can not be followed any more')
      this.#state = 'failed'
      this.#failed.reject(error)
    })
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#following
    await this.#outbox.settled()
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping
    const { store, logger } = this.#deps
    const onDisconnect = (error: Error) => logger.warn({ err: error }, 'the event store is away')
    const filter = { eventTypes: followedTypes }
    for await (const item of store.subscribeAll({ after: null, filter, signal, onDisconnect })) {
      if (item.kind === 'caught-up') await this.#goLive()
      else if (item.kind === 'event') await this.#take(item.event)
      else logger.error({ stream: item.record.streamId, reason: item.reason }, 'an event does not parse')
    }
    if (!signal.aborted) throw new Error('the subscription to the log has ended')
  }

  async #take(event: LogEvent): Promise<void> {
    this.#held.delete(event.metadata.commandId)
    for (const participant of this.#participants) await participant.take(event)
    for (const { name: reaction, take } of this.#folds) {
      for (const asked of take(event)) this.#ask({ reaction, asked, cause: event })
    }
  }

  #ask(held: Held): void {
    const { reaction, asked, cause } = held
    const commandId = asked.commandId ?? uuidv5(`${reaction}/${cause.id}/${asked.key}`)
    if (this.#state === 'live') this.#carryOut(commandId, held)
    else this.#held.set(commandId, held)
  }

  #carryOut(commandId: string, { reaction, asked, cause }: Held): void {
    const { workspaceId, $correlationId } = cause.metadata
    const context: CommandContext = {
      commandId,
      workspaceId,
      actor: asked.actor ?? system,
      occurredAt: this.#deps.clock.now(),
      correlationId: $correlationId,
      causationId: cause.id,
    }
    this.#outbox.post({ reaction, asked, context })
  }

  /** A subscription that has reconnected catches up again; this happens the first time. */
  async #goLive(): Promise<void> {
    if (this.#state === 'live') return
    for (const participant of this.#participants) await participant.goLive()
    this.#state = 'live'
    this.#caughtUp.resolve()
    const { logger } = this.#deps
    logger.info({ commands: this.#held.size }, 'caught up with the log')
    for (const [commandId, held] of this.#held) this.#carryOut(commandId, held)
    this.#held.clear()
  }
}
