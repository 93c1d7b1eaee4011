import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '@mosaic/contracts/kernel'
import { type CommandContext, type EventStore, type LogEvent, type Quarantined, uuidv5 } from '@mosaic/event-store'
import type { Logger } from '@mosaic/runtime'
import type { Checkpoint, Checkpoints } from './checkpoints.ts'
import { Outbox } from './outbox.ts'
import type { AnyCommand, Senders } from './reaction.ts'
import type { Kept, RunningFold } from './running.ts'

export type FollowerDeps = {
  /** The process, as its commands name who asks for them. */
  readonly name: string
  readonly store: Pick<EventStore, 'subscribeAll'>
  readonly commands: Senders
  /** All types of event that commands of reactions can bring about: by these a command is known to have been carried out. */
  readonly broughtAbout: readonly string[]
  /** The types of command that wait for nobody. */
  readonly urgent: readonly string[]
  readonly checkpoints: Pick<Checkpoints, 'read' | 'write'>
  readonly clock: Clock
  readonly logger: Logger
}

/** Who follows the log and does more than fold it. */
export type Participant = {
  /** May be ahead of the log's reading; an event that is in there already changes nothing. */
  readonly kept: Kept
  take(event: LogEvent): Promise<void>
  /** An event that cannot be read; the folds go on as if it were not there. */
  passOver(item: Quarantined): Promise<void>
  /** All that was in the log at the start has been taken in. */
  goLive(): Promise<void>
}

export type Following = {
  readonly participant: Participant
  readonly folds: readonly RunningFold[]
}

type Held = { readonly reaction: string; readonly asked: AnyCommand; readonly cause: LogEvent }

/** At most a twentieth of the time goes into checkpoints: of ten thousand sessions one takes long. In milliseconds. */
const [checkpointEveryMs, checkpointShare, longestMs] = [3000, 1 / 20, 60_000]

/**
 * Follows the log for all reactions, from the last checkpoint. While it catches up, the commands that they ask for are
 * held back, and dropped when an event comes by that such a command has brought about; what is left then has never been
 * done. A checkpoint is kept only where every command before it has been answered. So a restart repeats nothing and
 * leaves nothing out.
 */
export class Follower {
  readonly #deps: FollowerDeps
  readonly #participant: Participant
  readonly #folds: readonly RunningFold[]
  readonly #outbox: Outbox
  readonly #held = new Map<string, Held>()
  readonly #waiting = new Set<{ readonly position: bigint; readonly resolve: () => void }>()
  readonly #stopping = new AbortController()
  readonly #caughtUp = Promise.withResolvers<void>()
  readonly #failed = Promise.withResolvers<never>()
  #state: 'catching up' | 'live' | 'failed' = 'catching up'
  /** What follows from events up to here was answered when the folds had other versions. */
  #silentThrough: string | undefined
  #last: LogEvent | undefined
  #kept: LogEvent | undefined
  #running: Promise<unknown> = Promise.resolve()

  constructor(deps: FollowerDeps, { participant, folds }: Following) {
    this.#deps = deps
    this.#participant = participant
    this.#folds = folds
    this.#outbox = new Outbox({ ...deps, signal: this.#stopping.signal })
    this.#failed.promise.catch(() => undefined)
  }

  get state(): 'catching up' | 'live' | 'failed' {
    return this.#state
  }

  /** Whether the event at this position has been taken in. */
  isPast(position: string): boolean {
    return this.#last !== undefined && BigInt(this.#last.position) >= BigInt(position)
  }

  /** Resolves once the event at this position has been taken in. @throws the signal's reason */
  async past(position: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.isPast(position)) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting = { position: BigInt(position), resolve }
    const stop = () => reject(signal.reason)
    this.#waiting.add(waiting)
    signal.addEventListener('abort', stop)
    try {
      await promise
    } finally {
      this.#waiting.delete(waiting)
      signal.removeEventListener('abort', stop)
    }
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
    const following = this.#follow().catch((error: unknown) => {
      if (this.#stopping.signal.aborted) return
      this.#deps.logger.fatal({ err: error }, 'the log can not be followed any more')
      this.#state = 'failed'
      this.#failed.reject(error)
    })
    this.#running = Promise.all([following, this.#keepCheckpoints()])
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
    await this.#outbox.settled()
    await this.#keepCheckpoint()
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping
    const { store, logger } = this.#deps
    const after = await this.#restore()
    const onDisconnect = (error: Error) => logger.warn({ err: error }, 'the event store is away')
    const filter = { eventTypes: this.#followedTypes() }
    for await (const item of store.subscribeAll({ after, filter, signal, onDisconnect })) {
      if (item.kind === 'caught-up') await this.#goLive()
      else if (item.kind === 'event') await this.#take(item.event)
      else await this.#passOver(item)
    }
    if (!signal.aborted) throw new Error('the subscription to the log has ended')
  }

  /** Answers the position to go on after. */
  async #restore(): Promise<string | null> {
    const { checkpoints, logger } = this.#deps
    const checkpoint = await checkpoints.read(this.#stopping.signal)
    if (!checkpoint) return null
    if (!checkpoint.states) {
      this.#silentThrough = checkpoint.position
      logger.info({ through: checkpoint.position }, 'the log is read from its beginning, silently up to the old mark')
      return null
    }
    for (const kept of this.#allKept()) kept.restore(checkpoint.states[kept.name])
    logger.info({ position: checkpoint.position }, 'going on from a checkpoint')
    return checkpoint.position
  }

  #followedTypes = (): readonly string[] => [
    ...new Set([...this.#deps.broughtAbout, ...this.#allKept().flatMap(({ handles }) => handles)]),
  ]

  #allKept = (): readonly Kept[] => [this.#participant.kept, ...this.#folds]

  async #passOver(item: Quarantined): Promise<void> {
    const { streamId: stream, revision, position } = item.record
    this.#deps.logger.error({ stream, revision, position, reason: item.reason }, 'an event cannot be read')
    await this.#participant.passOver(item)
  }

  async #take(event: LogEvent): Promise<void> {
    this.#held.delete(event.metadata.commandId)
    await this.#participant.take(event)
    // From here on at one stroke: a checkpoint has either all of it or nothing.
    for (const fold of this.#folds) {
      for (const asked of fold.take(event)) this.#ask({ reaction: fold.name, asked, cause: event })
    }
    this.#last = event
    const here = this.#waiting.size > 0 ? BigInt(event.position) : 0n
    for (const { position, resolve } of this.#waiting) if (position <= here) resolve()
  }

  #ask(held: Held): void {
    const { reaction, asked, cause } = held
    if (this.#silentThrough !== undefined && BigInt(cause.position) <= BigInt(this.#silentThrough)) return
    const commandId = asked.commandId ?? uuidv5(`${reaction}/${cause.id}/${asked.key}`)
    if (this.#state === 'live') this.#carryOut(commandId, held)
    else this.#held.set(commandId, held)
  }

  #carryOut(commandId: string, { reaction, asked, cause }: Held): void {
    const { workspaceId, $correlationId, traceparent } = cause.metadata
    const { name, clock } = this.#deps
    const context: CommandContext = {
      commandId,
      workspaceId,
      actor: asked.actor ?? { kind: 'system', id: name },
      occurredAt: asked.occurredAt === undefined ? clock.now() : new Date(asked.occurredAt),
      correlationId: $correlationId,
      causationId: cause.id,
      ...(traceparent !== undefined && { traceparent }),
    }
    this.#outbox.post({ reaction, asked, context })
  }

  /** A subscription that has reconnected catches up again; this happens the first time. */
  async #goLive(): Promise<void> {
    if (this.#state === 'live') return
    await this.#participant.goLive()
    this.#state = 'live'
    this.#caughtUp.resolve()
    this.#deps.logger.info({ commands: this.#held.size }, 'caught up with the log')
    for (const [commandId, held] of this.#held) this.#carryOut(commandId, held)
    this.#held.clear()
  }

  async #keepCheckpoints(): Promise<void> {
    const { signal } = this.#stopping
    let pauseMs = checkpointEveryMs
    while (await wait(pauseMs, true, { signal }).catch(() => false)) {
      const begunAt = performance.now()
      await this.#keepCheckpoint()
      const takenMs = performance.now() - begunAt
      pauseMs = Math.min(Math.max(checkpointEveryMs, takenMs / checkpointShare), longestMs)
    }
  }

  async #keepCheckpoint(): Promise<void> {
    const last = this.#last
    if (this.#state !== 'live' || !this.#outbox.isEmpty || !last || last === this.#kept) return
    const { streamId, revision, id: eventId, position } = last
    const states = Object.fromEntries(this.#allKept().map(({ name, state }) => [name, state]))
    const checkpoint: Checkpoint = { position, last: { streamId, revision, eventId }, states }
    if (await this.#deps.checkpoints.write(checkpoint)) this.#kept = last
  }
}
