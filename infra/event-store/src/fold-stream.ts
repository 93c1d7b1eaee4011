import { type Fact, foldEvents, isHandled, type View } from '@mosaic/contracts/kernel'
import type { MosaicEvent } from '@mosaic/contracts/messaging'
import type { EventStore, LogEvent } from './types.ts'

/**
 * What a view made of one stream, as of a position (inclusive; the stream's end when it is left out): the stream is read
 * and folded, no read model is asked. What cannot be parsed, or has no case in the view, is passed over.
 */
export async function foldStream<State, Event extends Fact<MosaicEvent>>(
  store: Pick<EventStore, 'readStream'>,
  view: View<State, Event>,
  { streamId, through }: { readonly streamId: string; readonly through?: string | undefined },
): Promise<State[]> {
  const events: (LogEvent & Event)[] = []
  for await (const item of store.readStream(streamId)) {
    if (item.kind === 'quarantined') continue
    const { event } = item
    if (through !== undefined && BigInt(event.position) > BigInt(through)) break
    if (isHandled(view, event)) events.push(event)
  }
  return foldEvents(view, events)
}
