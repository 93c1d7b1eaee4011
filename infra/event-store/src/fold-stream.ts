import { type Fact, foldEvents, isHandled, type UnreadableEvent, type View } from '@mosaic/contracts/kernel'
import type { MosaicEvent } from '@mosaic/contracts/messaging'
import { unreadableAt } from './parse.ts'
import type { EventStore, LogEvent } from './types.ts'

/** The states that a stream folds to, and the events of it that are not in them because they cannot be read. */
export type FoldedStream<State> = { readonly states: State[]; readonly unreadable: readonly UnreadableEvent[] }

/**
 * What a view made of one stream, as of a position (inclusive; the stream's end when it is left out): the stream is read
 * and folded, no read model is asked. What cannot be parsed is passed over and said; what has no case in the view is
 * passed over.
 */
export async function foldStream<State, Event extends Fact<MosaicEvent>>(
  store: Pick<EventStore, 'readStream'>,
  view: View<State, Event>,
  { streamId, through }: { readonly streamId: string; readonly through?: string | undefined },
): Promise<FoldedStream<State>> {
  const events: (LogEvent & Event)[] = []
  const unreadable: UnreadableEvent[] = []
  for await (const item of store.readStream(streamId)) {
    const { position } = item.kind === 'event' ? item.event : item.record
    if (through !== undefined && BigInt(position) > BigInt(through)) break
    if (item.kind === 'quarantined') unreadable.push(unreadableAt(item))
    else if (isHandled(view, item.event)) events.push(item.event)
  }
  return { states: foldEvents(view, events), unreadable }
}
