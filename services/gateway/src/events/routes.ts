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
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly limit: number
}

/** The log itself, a workspace's part of it. */
export function addEventRoutes(app: FastifyInstance, eventStore: EventStore): void {
  addRoute(app, gatewayRoutes.events, async ({ query, request }) => {
    const { workspaceId } = operatorOf(request)
    const items: RecordedEvent[] = []
    let scanned = 0
    let last: string | null = null
    const from = query.from ?? (await beginningOf(eventStore, query))
    for await (const item of read(eventStore, { ...query, from })) {
      if (items.length === query.limit || scanned === mostScanned) return ok({ items, nextPosition: last })
      scanned++
      last = String(positionOf(item))
      const event = toRecordedEvent(item)
      if (!event) continue
      if (isPast(query, event)) return ok({ items, nextPosition: null })
      if (event.metadata.workspaceId === workspaceId && isAsked(query, event)) items.push(event)
    }
    return ok({ items, nextPosition: null })
  })
}

/** Events of one moment may stand in another order than their clocks say, by as much as this. In milliseconds. */
const disorderMs = 60_000

const momentOf = ({ metadata }: RecordedEvent): number => Date.parse(metadata.occurredAt)

function isAsked({ type, since, until }: EventQuery, event: RecordedEvent): boolean {
  const moment = momentOf(event)
  if (since !== undefined && moment < Date.parse(since)) return false
  if (until !== undefined && moment >= Date.parse(until)) return false
  return type === undefined || event.type === type
}

/** Whether nothing that is asked for can come any more. */
const isPast = ({ backwards, since, until }: EventQuery, event: RecordedEvent): boolean =>
  backwards
    ? since !== undefined && momentOf(event) < Date.parse(since) - disorderMs
    : until !== undefined && momentOf(event) >= Date.parse(until) + disorderMs

/** The log knows positions, not moments: where `since` begins is found from its end, over what has come since then. */
async function beginningOf(eventStore: EventStore, query: EventQuery): Promise<string | undefined> {
  if (query.since === undefined || query.backwards || query.stream !== undefined) return undefined
  for await (const item of eventStore.readAll({ direction: 'backwards' })) {
    const event = toRecordedEvent(item)
    if (event && isPast({ ...query, backwards: true }, event)) return event.position
  }
  return undefined
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
