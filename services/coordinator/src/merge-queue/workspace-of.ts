import { mergeQueueStream } from '@mosaic/contracts/merge-queue'
import type { EventStore } from '@mosaic/event-store'

/** Whose a merge queue is, as its first fact says. */
export async function workspaceOf(store: Pick<EventStore, 'readStream'>, queueId: string): Promise<string | undefined> {
  for await (const item of store.readStream(mergeQueueStream.of(queueId)))
    if (item.kind === 'event') return item.event.metadata.workspaceId
  return undefined
}
