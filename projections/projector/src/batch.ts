import { projectionStream } from '@mosaic/contracts/projection'
import type { LogEvent, ReadItem } from '@mosaic/event-store'
import type { MosaicEventType, Projection } from '@mosaic/postgres'
import { definitions } from '@mosaic/contracts/messaging'
import { type Position, positionOf } from './position.ts'

/**
 * A piece of the log without a hole: everything after `after` up to the last item, in order. `through` is the last
 * item's position.
 */
export type Batch = { readonly after: Position; readonly items: readonly ReadItem[]; readonly through: string }

export const batchOf = (after: Position, items: readonly ReadItem[]): Batch => ({
  after,
  items,
  through: positionOf(items.at(-1)!),
})

/** What of a batch concerns a projection, in order. Streams of others and types that it does not handle are left out. */
export function concerning(projection: Projection, items: readonly ReadItem[]): ReadItem[] {
  const handled = handledBy(projection)
  return items.filter((item) => {
    const { streamId, type } = item.kind === 'event' ? item.event : item.record
    const dash = streamId.indexOf('-')
    if (dash < 0 || !handled.categories.has(streamId.slice(0, dash))) return false
    // What nobody knows may be a fact of a newer program that would have changed the rows.
    return handled.types.has(type) || (item.kind === 'quarantined' && !Object.hasOwn(definitions, type))
  })
}

type Handled = { readonly types: ReadonlySet<string>; readonly categories: ReadonlySet<string> }
const known = new WeakMap<Projection, Handled>()

function handledBy(projection: Projection): Handled {
  const handled = known.get(projection) ?? {
    types: new Set<MosaicEventType>(projection.handles),
    categories: new Set(projection.categories),
  }
  known.set(projection, handled)
  return handled
}

/** What an operator has decided about the events that a projection has parked. */
export type Decision = Extract<LogEvent, { type: 'ParkedEventsRetried' | 'ParkedEventSkipped' }>

export function decisionIn(projection: Pick<Projection, 'name'>, item: ReadItem): Decision | undefined {
  if (item.kind !== 'event') return undefined
  const { event } = item
  if (event.type !== 'ParkedEventsRetried' && event.type !== 'ParkedEventSkipped') return undefined
  return event.streamId === projectionStream.of(projection.name) ? event : undefined
}
