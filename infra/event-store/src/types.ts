import type { Actor, RawRecord, Recorded, Rejection, Result, StoredRecord, Unparsable } from '@mosaic/contracts/kernel'
import type { MosaicEvent } from '@mosaic/contracts/messaging'

/** A parsed event of Mosaic's own vocabulary, with where it stands in the log. */
export type LogEvent = Recorded<MosaicEvent>

/** An event that could not be parsed: kept apart with its place and the reason, never cast. */
export type Quarantined = { readonly kind: 'quarantined'; readonly record: RawRecord; readonly reason: Unparsable }

export type ReadItem = { readonly kind: 'event'; readonly event: LogEvent; readonly raw: RawRecord } | Quarantined
/** `caught-up`: everything that was in the log when the subscription started has been given out. */
export type SubscriptionItem = ReadItem | { readonly kind: 'caught-up' }

export type ExpectedRevision = number | 'any' | 'no-stream' | 'stream-exists'

export type NewEvent = MosaicEvent

/** What all events of one command share. `commandId` is a UUID; event ids are derived from it (see `eventIdsOf`). */
export type CommandContext = {
  readonly commandId: string
  readonly workspaceId: string
  readonly actor: Actor
  readonly occurredAt: Date
  readonly correlationId?: string
  readonly causationId?: string
  readonly traceparent?: string
  /** Whoever says of itself what the command leads to: the same command of another is no repetition, and meets a conflict. */
  readonly writer?: string
}

/** The events as they were written, `revision` of the last of them and its commit position (decimal). */
export type Appended<Event = NewEvent> = {
  readonly events: readonly Event[]
  readonly revision: number
  readonly position: string
}

export type AllFilter = { readonly streamPrefixes: readonly string[] } | { readonly eventTypes: readonly string[] }

export type RawSubscriptionItem =
  | { readonly kind: 'record'; readonly record: StoredRecord }
  | { readonly kind: 'caught-up' }

export type SubscribeOptions = {
  readonly after: string | null | 'end'
  readonly filter?: AllFilter
  readonly signal: AbortSignal
  readonly onDisconnect?: (error: Error) => void
}

export type EventStore = {
  /**
   * Appends in one transaction, secrets covered: what is written is in the answer. A wrong expected revision is a value;
   * an unreachable store throws `StoreUnavailableError`.
   */
  append<Event extends NewEvent>(
    streamId: string,
    events: readonly Event[],
    options: { expectedRevision: ExpectedRevision; context: CommandContext },
  ): Promise<Result<Appended<Event>, Rejection<'CONCURRENT_UPDATE'>>>
  /** A missing stream reads as empty. `from` is inclusive; backwards starts at the end unless told. */
  readStream(
    streamId: string,
    options?: { from?: number; direction?: 'forwards' | 'backwards'; limit?: number },
  ): AsyncIterable<ReadItem>
  /** `$all` without system events. `after` (forwards) and `before` (backwards) are exclusive commit positions. */
  readAll(options?: {
    after?: string | null
    before?: string | null
    direction?: 'forwards' | 'backwards'
    limit?: number
    filter?: AllFilter
  }): AsyncIterable<ReadItem>
  /**
   * A catch-up subscription to `$all` without system events, from after a position (`null`: from the start, `'end'`:
   * only what comes). Reconnects with back-off for as long as the signal is not aborted; gives each event once.
   */
  subscribeAll(options: SubscribeOptions): AsyncIterable<SubscriptionItem>
  /** The same without parsing, for what only carries events on. */
  subscribeAllRaw(options: SubscribeOptions): AsyncIterable<RawSubscriptionItem>
  /** Commit position of the newest event that is not a system event; `null` for an empty log. */
  lastPosition(): Promise<string | null>
  /** Throws `StoreUnavailableError` when the store does not answer in time. */
  ping(timeoutMs?: number): Promise<void>
  close(): Promise<void>
}

/** What a handled command left behind. `events` is empty when there was nothing to do. */
export type Handled<State, Event> = {
  readonly state: State
  readonly events: readonly Event[]
  readonly revision: number
  /** Commit position of the last event of the stream, whether or not this command wrote it. */
  readonly position: string
}
