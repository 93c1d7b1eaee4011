import { z } from 'zod'
import { event, type EventsOf, position } from '../kernel/index.ts'

const projection = { projection: z.string() }

/** Facts of `projectionStream`: what operators decide about events that a read model could not take in. */
export const projectionEvents = {
  /** What is parked is tried again, in order: of one stream, or of all (`null`). */
  ParkedEventsRetried: event(z.object({ ...projection, streamId: z.string().nullable() })),
  /** This model is to do without the event, now and whenever it is built; what waits behind it goes on. */
  ParkedEventSkipped: event(z.object({ ...projection, streamId: z.string(), position })),
} as const

export type ProjectionEvent = EventsOf<typeof projectionEvents>
