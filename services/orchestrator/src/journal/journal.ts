import {
  type AgentSessionEvent,
  agentSessionEvents,
  agentSessionStream,
  type AgentSessionEventType,
  type AgentSessionRejection,
} from '@mosaic/contracts/agent-session'
import type { Actor, Rejection, Result } from '@mosaic/contracts/kernel'
import { err, ok } from '@mosaic/contracts/kernel'
import {
  type CommandContext,
  type EventStore,
  type LogEvent,
  QuarantinedEventError,
  StoreUnavailableError,
} from '@mosaic/event-store'
import { type AgentSession, agentSession, type Command } from '../domain/agent-session/index.ts'
import { type Transcript, TranscriptFold } from './transcript.ts'

/** A session's event with where it stands and who brought it about. */
export type Observed = {
  readonly event: AgentSessionEvent
  readonly sessionId: string
  readonly revision: number
  readonly position: string
  readonly occurredAt: Date
  readonly workspaceId: string
  readonly actor: Actor
}

export type Executed = {
  readonly events: readonly AgentSessionEvent[]
  readonly revision: number
  readonly position: string
}
export type ExecuteResult = Result<Executed, Rejection<AgentSessionRejection | 'CONCURRENT_UPDATE'>>

const maximumAttempts = 10

/** A recorded event of any vocabulary, as an event of agent sessions. */
export function observe(recorded: LogEvent): Observed | undefined {
  if (!isSessionEvent(recorded)) return undefined
  const { revision, position, metadata } = recorded
  return {
    event: recorded,
    sessionId: recorded.data.sessionId,
    revision,
    position,
    occurredAt: new Date(metadata.occurredAt),
    workspaceId: metadata.workspaceId,
    actor: metadata.actor,
  }
}

const isSessionEvent = (event: LogEvent): event is LogEvent & { type: AgentSessionEventType } =>
  Object.hasOwn(agentSessionEvents, event.type)

/**
 * One session's stream in memory: read once, then folded from what this process appends. Commands are carried out one
 * after the other; where somebody else has written, the journal reads on and decides again.
 */
export class Journal {
  readonly sessionId: string
  session: AgentSession = agentSession.initialState
  revision = -1
  position = '0'
  workspaceId: string | undefined
  correlationId: string | undefined
  spawnedAt = new Date(0)
  killRequestedAt: Date | undefined
  readonly #transcript = new TranscriptFold()
  readonly #store: EventStore
  readonly #commands = new Set<string>()
  readonly #listeners = new Set<(observed: Observed) => void>()
  #queue: Promise<unknown> = Promise.resolve()
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

  /** Reads what is in the log and not here yet. @throws StoreUnavailableError, QuarantinedEventError */
  catchUp(): Promise<void> {
    return this.#inTurn(() => this.#readOn())
  }

  /** Takes in an event that a subscription has brought; reads on when there are others before it. */
  async absorb(observed: Observed): Promise<void> {
    if (observed.revision <= this.revision) return
    await this.#inTurn(async () => {
      if (observed.revision > this.revision) await this.#readOn()
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
      if (this.#stale) await this.#readOn()
      for (let attempt = 0; attempt < maximumAttempts; attempt++) {
        if (this.#commands.has(context.commandId)) return this.#done([])
        const decided = agentSession.decide(command, this.session)
        if (!decided.ok) return decided
        if (decided.value.length === 0) return this.#done([])
        if (await this.#append(decided.value, context)) return this.#done(decided.value)
        await this.#readOn()
      }
      return err({ code: 'CONCURRENT_UPDATE', message: 'the session changed too often at the same time' })
    })
  }

  #done(events: readonly AgentSessionEvent[]): ExecuteResult {
    return ok({ events, revision: this.revision, position: this.position })
  }

  async #append(events: readonly AgentSessionEvent[], context: CommandContext): Promise<boolean> {
    const first = this.revision + 1
    const withCorrelation = { correlationId: this.correlationId ?? context.commandId, ...context }
    this.#stale = true
    const appended = await this.#store.append(agentSessionStream.of(this.sessionId), events, {
      expectedRevision: this.revision < 0 ? 'no-stream' : this.revision,
      context: withCorrelation,
    })
    this.#stale = !appended.ok
    if (!appended.ok) return false
    this.#commands.add(context.commandId)
    this.correlationId ??= withCorrelation.correlationId
    const { occurredAt, workspaceId, actor } = context
    const { position } = appended.value
    for (const [index, event] of events.entries()) {
      this.#fold({
        event,
        sessionId: this.sessionId,
        revision: first + index,
        position,
        occurredAt,
        workspaceId,
        actor,
      })
    }
    return true
  }

  async #readOn(): Promise<void> {
    for await (const item of this.#store.readStream(agentSessionStream.of(this.sessionId), {
      from: this.revision + 1,
    })) {
      const observed = item.kind === 'event' ? observe(item.event) : undefined
      if (item.kind === 'quarantined' || !observed) {
        throw new QuarantinedEventError(`${agentSessionStream.of(this.sessionId)} holds an event that does not parse`)
      }
      this.#commands.add(item.event.metadata.commandId)
      this.correlationId ??= item.event.metadata.$correlationId
      this.#fold(observed)
    }
    this.#stale = false
  }

  #fold(observed: Observed) {
    this.session = agentSession.evolve(this.session, observed.event)
    this.#transcript.apply(observed.event)
    this.revision = observed.revision
    this.position = observed.position
    this.workspaceId ??= observed.workspaceId
    if (observed.event.type === 'AgentSpawnRequested') this.spawnedAt = observed.occurredAt
    if (observed.event.type === 'AgentKillRequested') this.killRequestedAt = observed.occurredAt
    for (const listener of this.#listeners) listener(observed)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work, work)
    this.#queue = turn.catch(() => undefined)
    return turn
  }
}
