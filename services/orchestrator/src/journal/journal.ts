import type { AgentSessionEvent, AgentSessionRejection } from '@mosaic/contracts/agent-session'
import { ok, type Result, type UnreadableEvent } from '@mosaic/contracts/kernel'
import {
  type CommandContext,
  type EventStore,
  type Folded,
  handle,
  load,
  type Refusal,
  StoreUnavailableError,
} from '@mosaic/event-store'
import { aggregates } from '../aggregates.ts'
import type { AgentSession, Command } from '../domain/agent-session/index.ts'
import { evolveProgress, noProgress, type Progress } from '../stuck/index.ts'
import { observe, type Observed } from './observed.ts'
import { readTranscript } from './read-transcript.ts'
import { type Transcript, TranscriptFold } from './transcript.ts'

export type Executed = {
  readonly events: readonly AgentSessionEvent[]
  readonly revision: number
  readonly position: string
}
export type ExecuteResult = Result<Executed, Refusal<AgentSessionRejection>>

const aggregate = aggregates.agentSession

/**
 * One session's stream in memory, a cache in front of `handle`: read once, then folded from what this process appends.
 * Commands are carried out one after the other; where somebody else has written, what they wrote is folded in first.
 */
export class Journal {
  readonly sessionId: string
  session: AgentSession = aggregate.decider.initialState
  revision = -1
  position = '0'
  workspaceId: string | undefined
  correlationId: string | undefined
  /** Of the trace in which it was asked for: all that it does belongs to that. */
  traceparent: string | undefined
  /** When it was asked for, or its turn came: from then on its time runs. */
  spawnedAt = new Date(0)
  killRequestedAt: Date | undefined
  /** Where in the log it was claimed last: who has read so far knows all that was said of it before it began. */
  claimedAtPosition = '0'
  /** Where in the log its agent first started: what operators had permitted by then holds for as long as it lives. */
  startedAtPosition: string | undefined
  /** Nobody else had written what is not here by this moment, on the monotonic clock: an append of ours has shown it. */
  provedAt = -Infinity
  /** The first event that cannot be read: the session is not run on. */
  unreadable: UnreadableEvent | null = null
  #transcript = new TranscriptFold()
  /** How it gets on. */
  progress: Progress = noProgress
  #recalled = false
  readonly #store: EventStore
  readonly #commands = new Set<string>()
  readonly #listeners = new Set<(observed: Observed) => void>()
  readonly #unreadableListeners = new Set<(unreadable: UnreadableEvent) => void>()
  #queue: Promise<unknown> = Promise.resolve()
  #decidingSince: number | undefined
  /** The outcome of an append is not known: read before the next decision. */
  #stale = true

  constructor(store: EventStore, sessionId: string) {
    this.#store = store
    this.sessionId = sessionId
  }

  get transcript(): Transcript {
    return this.#transcript
  }

  /** Calls back for every event from now on, in order, once. */
  onEvent(listener: (observed: Observed) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Calls back for every event from now on that cannot be read. */
  onUnreadable(listener: (unreadable: UnreadableEvent) => void): () => void {
    this.#unreadableListeners.add(listener)
    return () => void this.#unreadableListeners.delete(listener)
  }

  /** Reads what is in the log and not here yet. @throws StoreUnavailableError */
  catchUp(): Promise<void> {
    return this.#inTurn(() => this.#readOn())
  }

  /** Decides as if the log had nothing of it: an append that meets something reads on, as does whatever is refused. */
  async presumeEmpty(): Promise<void> {
    this.#stale = false
  }

  /** Puts before the conversation that of the session which this one continues. @throws StoreUnavailableError */
  recall(): Promise<void> {
    return this.#inTurn(async () => {
      const { session, revision } = this
      if (this.#recalled || session.status === 'none' || session.spec.predecessor?.how !== 'continued') return
      this.#transcript = await readTranscript(this.#store, this.sessionId, revision)
      this.#recalled = true
    })
  }

  /** The session that this one continues, as its log has it now. @throws StoreUnavailableError */
  async predecessor(): Promise<AgentSession | undefined> {
    const before = this.session.status === 'none' ? null : this.session.spec.predecessor
    if (before?.how !== 'continued') return undefined
    return (await load(this.#store, { aggregate, streamId: aggregate.streamOf(before.sessionId) })).state
  }

  /** All that the log has of it by now. @throws StoreUnavailableError */
  async facts(): Promise<Observed[]> {
    const facts: Observed[] = []
    for await (const item of this.#store.readStream(aggregate.streamOf(this.sessionId))) {
      const observed = item.kind === 'event' ? observe(item.event) : undefined
      if (observed) facts.push(observed)
    }
    return facts
  }

  /** Takes in an event that a subscription has brought; reads on when there are others before it. */
  async absorb({ revision }: Pick<Observed, 'revision'>): Promise<void> {
    if (revision <= this.revision) return
    await this.#inTurn(async () => {
      if (revision > this.revision) await this.#readOn()
    })
  }

  /**
   * Decides and appends. A command that the stream holds already (by id) changes nothing. After `deadline` nothing is
   * begun any more. @throws StoreUnavailableError: outcome unknown, repeat with the same context.
   */
  execute(command: Command, context: CommandContext, deadline?: number): Promise<ExecuteResult> {
    return this.#inTurn(async () => {
      if (deadline !== undefined && performance.now() > deadline) {
        throw new StoreUnavailableError('the event store does not answer in time')
      }
      const wasRead = this.#stale
      if (wasRead) await this.#readOn()
      const decided = await this.#decide(command, context)
      if (wasRead || !needsTheLog(command, decided)) return decided
      const { revision } = this
      await this.#readOn()
      return this.revision === revision ? decided : this.#decide(command, context)
    })
  }

  async #decide(command: Command, context: CommandContext): Promise<ExecuteResult> {
    if (this.#commands.has(context.commandId)) return this.#done([])
    this.#stale = true
    this.#decidingSince = performance.now()
    const traced = this.traceparent === undefined ? {} : { traceparent: this.traceparent }
    // Of two that begin the same session only one may find that it has: it is theirs who are first in the log.
    const written = command.type === 'SpawnAgent' ? { writer: command.ownerId } : {}
    const correlated = { correlationId: this.correlationId ?? context.commandId, ...traced, ...context, ...written }
    const handled = await handle(this.#store, { ...this.#cached(), command, context: correlated })
    this.#decidingSince = undefined
    this.#stale = false
    return handled.ok ? this.#done(handled.value.events) : handled
  }

  #done(events: readonly AgentSessionEvent[]): ExecuteResult {
    return ok({ events, revision: this.revision, position: this.position })
  }

  async #readOn(): Promise<void> {
    await load(this.#store, this.#cached())
    this.#stale = false
  }

  #cached() {
    return {
      aggregate,
      streamId: aggregate.streamOf(this.sessionId),
      from: {
        state: this.session,
        revision: this.revision,
        position: this.position,
        unreadable: this.unreadable,
      },
      observer: {
        folded: (folded: Folded<AgentSessionEvent>, session: AgentSession) => this.#take(folded, session),
        passedOver: (unreadable: UnreadableEvent) => this.#passOver(unreadable),
      },
    }
  }

  #passOver(unreadable: UnreadableEvent): void {
    this.unreadable ??= unreadable
    this.revision = unreadable.revision
    this.position = unreadable.position
    for (const listener of this.#unreadableListeners) listener(unreadable)
  }

  #take({ event, revision, position, context }: Folded<AgentSessionEvent>, session: AgentSession): void {
    const { commandId, correlationId, workspaceId, occurredAt, actor } = context
    if (revision === 0) this.traceparent = context.traceparent
    this.session = session
    // Before anybody hears of it: who runs the session begins at once.
    if (this.#decidingSince !== undefined) this.provedAt = this.#decidingSince
    this.#transcript.apply(event)
    this.progress = evolveProgress(this.progress, event, occurredAt.getTime())
    this.revision = revision
    this.position = position
    this.#commands.add(commandId)
    this.workspaceId ??= workspaceId
    this.correlationId ??= correlationId
    if (event.type === 'AgentSpawnRequested' || isFirstClaim(event)) this.spawnedAt = occurredAt
    if (event.type === 'SessionClaimed') this.claimedAtPosition = position
    if (event.type === 'AgentStarted') this.startedAtPosition ??= position
    if (event.type === 'AgentKillRequested') this.killRequestedAt ??= occurredAt
    const observed = { event, sessionId: this.sessionId, revision, position, occurredAt, workspaceId, actor }
    for (const listener of this.#listeners) listener(observed)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work, work)
    this.#queue = turn.catch(() => undefined)
    return turn
  }
}

const isFirstClaim = (event: AgentSessionEvent) => event.type === 'SessionClaimed' && event.data.epoch === 1

/**
 * Others write into the stream as well, and the cache hears of it later: by the cache alone nothing is refused, and no
 * operator is told that what was asked for is so already. What the session's own runner finds done, it has done itself.
 */
const needsTheLog = (command: Command, decided: ExecuteResult): boolean =>
  !decided.ok || (decided.value.events.length === 0 && !('epoch' in command))
