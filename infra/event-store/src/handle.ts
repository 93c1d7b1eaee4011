import { type Decider, err, type Recorded, type Rejection, type Result, ok } from '@mosaic/contracts/kernel'
import type { MosaicEvent } from '@mosaic/contracts/messaging'
import { QuarantinedEventError } from './errors.ts'
import type { CommandContext, EventStore, Handled } from './types.ts'

const maximumAttempts = 10

/** An aggregate as far as it has been read; `revision` -1 and `position` "0" before its first event. */
export type Loaded<State> = { readonly state: State; readonly revision: number; readonly position: string }

/** How one aggregate's stream is read: its decider and the definitions of its events. */
export type Aggregate<State, Command, Event extends MosaicEvent, Code extends string> = {
  readonly decider: Decider<State, Command, Event, Code>
  readonly definitions: Readonly<Record<Event['type'], unknown>>
}

type Folded<State, Event> = { loaded: Loaded<State>; ofCommand: Event[] }

async function readFrom<State, Command, Event extends MosaicEvent, Code extends string>(
  store: EventStore,
  aggregate: Aggregate<State, Command, Event, Code>,
  streamId: string,
  from: Loaded<State>,
  commandId: string,
): Promise<Folded<State, Event>> {
  let { state, revision, position } = from
  const ofCommand: Event[] = []
  for await (const item of store.readStream(streamId, { from: revision + 1 })) {
    if (item.kind === 'quarantined' || !isOwn(aggregate, item.event)) {
      const reason = item.kind === 'quarantined' ? item.reason.message : `${item.event.type} does not belong there`
      throw new QuarantinedEventError(`${streamId}: ${reason}`)
    }
    const own = item.event
    state = aggregate.decider.evolve(state, own)
    revision = item.event.revision
    position = item.event.position
    if (item.event.metadata.commandId === commandId) ofCommand.push(own)
  }
  return { loaded: { state, revision, position }, ofCommand }
}

const isOwn = <Event extends MosaicEvent>(
  aggregate: { definitions: Readonly<Record<Event['type'], unknown>> },
  event: Recorded<MosaicEvent>,
): event is Recorded<MosaicEvent> & Event => Object.hasOwn(aggregate.definitions, event.type)

/** Reads an aggregate to its end. @throws StoreUnavailableError, QuarantinedEventError */
export async function load<State, Command, Event extends MosaicEvent, Code extends string>(
  store: EventStore,
  aggregate: Aggregate<State, Command, Event, Code>,
  streamId: string,
  from: Loaded<State> = { state: aggregate.decider.initialState, revision: -1, position: '0' },
): Promise<Loaded<State>> {
  return (await readFrom(store, aggregate, streamId, from, '')).loaded
}

/**
 * Reads, decides, appends at the revision read; on a conflict reads on and decides again, a bounded number of times.
 * A command that the stream already holds (by command id) is answered with what it did then. With `from` (what an
 * earlier call answered) reading starts there: for a writer that is alone in all but rare moments.
 * @throws StoreUnavailableError (outcome unknown: repeat with the same command id), QuarantinedEventError
 */
export async function handle<State, Command, Event extends MosaicEvent, Code extends string>(
  store: EventStore,
  request: {
    aggregate: Aggregate<State, Command, Event, Code>
    streamId: string
    command: Command
    context: CommandContext
    from?: Loaded<State>
  },
): Promise<Result<Handled<State, Event>, Rejection<Code | 'CONCURRENT_UPDATE'>>> {
  const { aggregate, streamId, command, context } = request
  let loaded = request.from ?? { state: aggregate.decider.initialState, revision: -1, position: '0' }
  let mustRead = request.from === undefined
  for (let attempt = 0; attempt < maximumAttempts; attempt++) {
    if (mustRead) {
      const read = await readFrom(store, aggregate, streamId, loaded, context.commandId)
      loaded = read.loaded
      if (read.ofCommand.length > 0) return ok({ ...loaded, events: read.ofCommand })
    }
    const decided = aggregate.decider.decide(command, loaded.state)
    if (!decided.ok) return decided
    if (decided.value.length === 0) return ok({ ...loaded, events: [] })
    const expectedRevision = loaded.revision < 0 ? 'no-stream' : loaded.revision
    const appended = await store.append(streamId, decided.value, { expectedRevision, context })
    if (appended.ok) {
      const state = decided.value.reduce((folded, event) => aggregate.decider.evolve(folded, event), loaded.state)
      return ok({ state, events: decided.value, ...appended.value })
    }
    mustRead = true
  }
  return err({ code: 'CONCURRENT_UPDATE', message: `${streamId} changed too often at the same time` })
}
