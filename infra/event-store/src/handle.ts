import {
  type Decider,
  err,
  type Recorded,
  type Rejection,
  type Result,
  ok,
  type UnreadableEvent,
} from '@mosaic/contracts/kernel'
import type { MosaicEvent } from '@mosaic/contracts/messaging'
import { metrics } from '@mosaic/telemetry'
import { unreadableAt } from './parse.ts'
import type { CommandContext, EventStore, Handled, LogEvent } from './types.ts'

const maximumAttempts = 10

/** An aggregate as far as it has been read; `revision` -1 and `position` "0" before its first event. */
export type Loaded<State> = {
  readonly state: State
  readonly revision: number
  readonly position: string
  /** The first event that cannot be read: the state follows from the others alone. */
  readonly unreadable: UnreadableEvent | null
}

/** How one aggregate's stream is read: its decider and the definitions of its events. */
export type Aggregate<State, Command, Event extends MosaicEvent, Code extends string> = {
  readonly decider: Decider<State, Command, Event, Code>
  readonly definitions: Readonly<Record<Event['type'], unknown>>
  /**
   * Whether a command only leads to the aggregate's end: it is decided on the facts that can be read even where the
   * stream holds one that cannot. All other commands are refused there; without it, every one.
   */
  isEnding?(command: Command, state: State): boolean
}

/** An event as it was folded, read or just written. */
export type Folded<Event> = {
  readonly event: Event
  readonly revision: number
  readonly position: string
  readonly context: Omit<CommandContext, 'causationId'>
}

/** Is told of every event that a call folds or has to pass over, in order. */
export type FoldObserver<State, Event> = {
  /** @param state as the event leaves it */
  folded(folded: Folded<Event>, state: State): void
  passedOver(unreadable: UnreadableEvent): void
}

/** Why `handle` wrote nothing: the decider's reasons, or what the stream is like. */
export type Refusal<Code extends string> = Rejection<Code | 'CONCURRENT_UPDATE' | 'STREAM_UNREADABLE'>

type Reading<State, Command, Event extends MosaicEvent, Code extends string> = {
  readonly aggregate: Aggregate<State, Command, Event, Code>
  readonly streamId: string
  readonly from: Loaded<State>
  readonly observer?: FoldObserver<State, Event> | undefined
}

async function readFrom<State, Command, Event extends MosaicEvent, Code extends string>(
  store: EventStore,
  { aggregate, streamId, from, observer }: Reading<State, Command, Event, Code>,
  commandId?: string,
): Promise<{ loaded: Loaded<State>; ofCommand: Event[] }> {
  let { state, revision, position, unreadable } = from
  const ofCommand: Event[] = []
  for await (const item of store.readStream(streamId, { from: revision + 1 })) {
    if (item.kind === 'quarantined' || !isOwn(aggregate, item.event)) {
      const here = item.kind === 'quarantined' ? unreadableAt(item) : foreign(item.event)
      unreadable ??= here
      revision = here.revision
      position = here.position
      observer?.passedOver(here)
      continue
    }
    const own = item.event
    state = aggregate.decider.evolve(state, own)
    revision = item.event.revision
    position = item.event.position
    if (item.event.metadata.commandId === commandId) ofCommand.push(own)
    observer?.folded({ event: own, revision, position, context: contextOf(item.event) }, state)
  }
  return { loaded: { state, revision, position, unreadable }, ofCommand }
}

function contextOf({ metadata }: LogEvent): Folded<unknown>['context'] {
  const { commandId, workspaceId, actor, occurredAt, $correlationId: correlationId, traceparent } = metadata
  const traced = traceparent === undefined ? {} : { traceparent }
  return { commandId, workspaceId, actor, occurredAt: new Date(occurredAt), correlationId, ...traced }
}

const isOwn = <Event extends MosaicEvent>(
  aggregate: { definitions: Readonly<Record<Event['type'], unknown>> },
  event: Recorded<MosaicEvent>,
): event is Recorded<MosaicEvent> & Event => Object.hasOwn(aggregate.definitions, event.type)

const foreign = ({ type, revision, position }: Recorded<MosaicEvent>): UnreadableEvent => ({
  revision,
  position,
  reason: `${type} does not belong there`,
})

/** Reads an aggregate to its end. @throws StoreUnavailableError */
export async function load<State, Command, Event extends MosaicEvent, Code extends string>(
  store: EventStore,
  reading: Omit<Reading<State, Command, Event, Code>, 'from'> & { readonly from?: Loaded<State> | undefined },
): Promise<Loaded<State>> {
  const from = reading.from ?? nothingLoaded(reading.aggregate)
  return (await readFrom(store, { ...reading, from })).loaded
}

/** Before the first event. */
const nothingLoaded = <State>({ decider }: { decider: { initialState: State } }): Loaded<State> => ({
  state: decider.initialState,
  revision: -1,
  position: '0',
  unreadable: null,
})

type Handling<State, Command, Event extends MosaicEvent, Code extends string> = Omit<
  Reading<State, Command, Event, Code>,
  'from'
> & {
  readonly command: Command
  readonly context: CommandContext
  readonly from?: Loaded<State> | undefined
}

/**
 * Reads, decides, appends at the revision read; on a conflict reads on and decides again, a bounded number of times.
 * A command that the stream already holds (by command id) is answered with what it did then. With `from` (what an
 * earlier call answered) reading starts there: for a writer that is alone in all but rare moments. Where the stream
 * holds an event that cannot be read, all but ending commands are refused with STREAM_UNREADABLE.
 * @throws StoreUnavailableError (outcome unknown: repeat with the same command id)
 */
export async function handle<
  State,
  Command extends { readonly type: string },
  Event extends MosaicEvent,
  Code extends string,
>(
  store: EventStore,
  request: Handling<State, Command, Event, Code>,
): Promise<Result<Handled<State, Event>, Refusal<Code>>> {
  const command = request.command.type
  try {
    const handled = await decideAndAppend(store, request)
    metrics.commands.inc({ command, outcome: outcomeOf(handled) })
    return handled
  } catch (error) {
    metrics.commands.inc({ command, outcome: 'unknown' })
    throw error
  }
}

function outcomeOf(handled: Result<{ readonly events: readonly unknown[] }, { readonly code: string }>): string {
  if (!handled.ok) return handled.error.code
  return handled.value.events.length > 0 ? 'done' : 'nothing to do'
}

async function decideAndAppend<State, Command, Event extends MosaicEvent, Code extends string>(
  store: EventStore,
  request: Handling<State, Command, Event, Code>,
): Promise<Result<Handled<State, Event>, Refusal<Code>>> {
  const { aggregate, streamId, command, context, observer } = request
  let loaded = request.from ?? nothingLoaded(aggregate)
  let mustRead = request.from === undefined
  for (let attempt = 0; attempt < maximumAttempts; attempt++) {
    if (mustRead) {
      const read = await readFrom(store, { aggregate, streamId, from: loaded, observer }, context.commandId)
      loaded = read.loaded
      if (read.ofCommand.length > 0) return ok({ ...loaded, events: read.ofCommand })
    }
    if (loaded.unreadable && !aggregate.isEnding?.(command, loaded.state)) {
      return err(refusalOf(streamId, loaded.unreadable))
    }
    const decided = aggregate.decider.decide(command, loaded.state)
    if (!decided.ok) return decided
    if (decided.value.length === 0) return ok({ ...loaded, events: [] })
    const expectedRevision = loaded.revision < 0 ? 'no-stream' : loaded.revision
    const appended = await store.append(streamId, decided.value, { expectedRevision, context })
    if (appended.ok) {
      const { events, revision, position } = appended.value
      const first = revision - events.length + 1
      let { state } = loaded
      for (const [index, event] of events.entries()) {
        state = aggregate.decider.evolve(state, event)
        observer?.folded({ event, revision: first + index, position, context }, state)
      }
      return ok({ ...loaded, state, events, revision, position })
    }
    mustRead = true
  }
  return err({ code: 'CONCURRENT_UPDATE', message: `${streamId} changed too often at the same time` })
}

const refusalOf = (streamId: string, unreadable: UnreadableEvent) => ({
  code: 'STREAM_UNREADABLE' as const,
  message: `event ${unreadable.revision} of ${streamId} (position ${unreadable.position}) cannot be read: ${unreadable.reason}`,
  details: unreadable,
})
