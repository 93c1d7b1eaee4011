import { gatewayRoutes } from '@mosaic/contracts/http'
import { ok, type RecordedEvent } from '@mosaic/contracts/kernel'
import type { EventStore, ReadItem } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { positionOf, toRecordedEvent } from '../live/feed-event.ts'
import { operatorOf } from '../sign-in/authenticate.ts'

/** One request looks at no more of the log than this; a rare type is found over several pages. */
const mostScanned = 20_000

type EventQuery = {
  readonly from?: string | undefined
  readonly backwards: boolean
  readonly stream?: string | undefined
  readonly type?: string | undefined
  readonly limit: number
}

/** The log itself, a workspace's part of it. */
export function addEventRoutes(app: FastifyInstance, eventStore: EventStore): void {
  addRoute(app, gatewayRoutes.events, async ({ query, request }) => {
    const { workspaceId } = operatorOf(request)
    const items: RecordedEvent[] = []
    let scanned = 0
    let last: string | null = null
    for await (const item of read(eventStore, query)) {
      if (items.length === query.limit || scanned === mostScanned) return ok({ items, nextPosition: last })
      scanned++
      last = String(positionOf(item))
      const event = toRecordedEvent(item)
      if (event?.metadata.workspaceId !== workspaceId) continue
      if (query.type === undefined || event.type === query.type) items.push(event)
    }
    return ok({ items, nextPosition: null })
  })
}

async function* read(eventStore: EventStore, { from, backwards, stream }: EventQuery): AsyncIterable<ReadItem> {
  const direction = backwards ? 'backwards' : 'forwards'
  if (stream === undefined) {
    yield* eventStore.readAll({
      direction,
      ...(from !== undefined && (backwards ? { before: from } : { after: from })),
    })
    return
  }
  const bound = from === undefined ? undefined : BigInt(from)
  for await (const item of eventStore.readStream(stream, { direction })) {
    const position = positionOf(item)
    if (bound === undefined || (backwards ? position < bound : position > bound)) yield item
  }
}
