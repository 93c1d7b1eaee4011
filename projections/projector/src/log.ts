import { eventMetadata } from '@mosaic/contracts/kernel'
import { projectionStream } from '@mosaic/contracts/projection'
import type { EventStore, ReadItem } from '@mosaic/event-store'
import type { Projection } from '@mosaic/postgres'
import { decisionIn } from './batch.ts'
import { isAfter } from './position.ts'

/** What projectors read of the event store. */
export type Log = Pick<EventStore, 'readAll' | 'readStream' | 'lastPosition'>

/**
 * Positions of the events that operators have decided a model does without, as decided up to a position. Known before a
 * model is built, so that it comes out the same whether or not the events could be taken in by now.
 */
export async function readSkipped(
  log: Pick<Log, 'readStream'>,
  projection: Pick<Projection, 'name'>,
  through?: string,
): Promise<Set<string>> {
  const skipped = new Set<string>()
  for await (const item of log.readStream(projectionStream.of(projection.name))) {
    const decision = decisionIn(projection, item)
    if (decision?.type !== 'ParkedEventSkipped') continue
    if (through !== undefined && isAfter(decision.position, through)) break
    skipped.add(decision.data.position)
  }
  return skipped
}

/** The log as if there were no other workspace. */
export const logOf = (log: Log, workspaceId: string): Log => ({
  ...log,
  readStream: log.readStream,
  lastPosition: log.lastPosition,
  async *readAll(options) {
    for await (const item of log.readAll(options)) if (workspaceOf(item) === workspaceId) yield item
  },
})

/** Whose a stream is: its first event says so. `null` where it does not. */
export async function ownerOf(log: Pick<Log, 'readStream'>, streamId: string): Promise<string | null> {
  for await (const item of log.readStream(streamId, { limit: 1 })) return workspaceOf(item)
  return null
}

/** Whose an event is; `null` where its metadata does not say. */
export function workspaceOf(item: ReadItem): string | null {
  if (item.kind === 'event') return item.event.metadata.workspaceId
  const parsed = eventMetadata.pick({ workspaceId: true }).safeParse(item.record.metadata)
  return parsed.success ? parsed.data.workspaceId : null
}
