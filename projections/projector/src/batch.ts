import type { MosaicEventType, ProjectedEvent, Projection } from '@mosaic/postgres'
import { definitions } from '@mosaic/contracts/messaging'
import type { Quarantined, ReadItem } from '@mosaic/event-store'
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

export type Sorted = {
  readonly events: readonly ProjectedEvent[]
  readonly unreadable: readonly Quarantined[]
}

/** What of a batch concerns a projection. Streams of others and types that it does not handle are left out. */
export function sortOut(projection: Projection, items: readonly ReadItem[]): Sorted {
  const events: ProjectedEvent[] = []
  const unreadable: Quarantined[] = []
  const handled = handledBy(projection)
  for (const item of items) {
    const { streamId, type } = item.kind === 'event' ? item.event : item.record
    const dash = streamId.indexOf('-')
    if (dash < 0 || !handled.categories.has(streamId.slice(0, dash))) continue
    if (item.kind === 'event') {
      if (handled.types.has(type)) events.push(item.event)
    } else if (handled.types.has(type) || !Object.hasOwn(definitions, type)) unreadable.push(item)
  }
  return { events, unreadable }
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
