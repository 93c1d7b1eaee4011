import type { EventMetadata, RecordedEvent } from './envelope.ts'

/** What a view may know of a recorded event: the fact itself, its place, and who brought it about when. */
export type Fact<E extends { readonly type: string; readonly data: unknown }> = E extends unknown
  ? E &
      Readonly<Pick<RecordedEvent, 'revision' | 'position'>> & {
        readonly metadata: Readonly<Pick<EventMetadata, 'workspaceId' | 'actor' | 'occurredAt'>>
      }
  : never

/** What names the state that an event is about; the parts are those of a row's key. */
export type ViewKey = readonly [string, ...string[]]

/** A fold of the log into what is shown: pure, and the only place where that fold is written. */
export type View<State, Event extends { readonly type: string }> = {
  /** Rises when the fold or the form of its state changes: what was kept of an earlier version is not gone on with. */
  readonly version: number
  /** The types of its events: exactly the cases of `evolve`. */
  readonly handles: readonly Event['type'][]
  keyOf(event: Event): ViewKey
  /** The state that begins with this event; `undefined` when nothing begins with it. */
  begin(event: Event): State | undefined
  /** Folds a later event in. One that is in there already changes nothing. */
  evolve(state: State, event: Event): State
  /**
   * Whether the event begins a state of its own beside the one that stands under its key; told without that one:
   * whatever it may be, so that nothing has to be looked up.
   */
  beginsAnew?(event: Event, state?: State): boolean
}

/** Whether a view has a case for an event. */
export const isHandled = <State, Event extends { readonly type: string }>(
  { handles }: View<State, Event>,
  event: { readonly type: string },
): event is Event => handles.includes(event.type)

/** One step: what an event makes of the state under its key. `undefined`: nothing has begun. */
export function foldEvent<State, Event extends { readonly type: string }>(
  view: View<State, Event>,
  state: State | undefined,
  event: Event,
): State | undefined {
  return state === undefined || view.beginsAnew?.(event, state) ? view.begin(event) : view.evolve(state, event)
}

/**
 * Folds events into the states that they are about, going on from those in `known`, and answers every state that they
 * left behind: those under whose key another one has begun since, then the newest of each key. `onOrphan` is told of
 * an event with which nothing begins and that nothing stands for.
 */
export function foldEvents<State, Event extends { readonly type: string }>(
  view: View<State, Event>,
  events: Iterable<Event>,
  { known, onOrphan }: { known?: ReadonlyMap<string, State>; onOrphan?: (event: Event, key: string) => void } = {},
): State[] {
  const changed = new Map<string, State>()
  const left: State[] = []
  for (const event of events) {
    const key = keyText(view.keyOf(event))
    const before = changed.get(key) ?? known?.get(key)
    const after = foldEvent(view, before, event)
    if (after === undefined) onOrphan?.(event, key)
    if (after === undefined || after === before) continue
    if (view.beginsAnew?.(event, before) && changed.has(key)) left.push(changed.get(key)!)
    changed.set(key, after)
  }
  return [...left, ...changed.values()]
}

/** A key as one text, for maps. */
export const keyText = (key: readonly unknown[]): string => key.join(' ')
