import { z } from 'zod'
import { event, type EventsOf } from '../kernel/index.ts'

/** Facts of `queueStream`. */
export const queueEvents = {
  /** No task is dispatched any more; what is worked on goes on. */
  QueuePaused: event(z.object({ reason: z.string().nullable() })),
  QueueResumed: event(z.object({})),
} as const

export type QueueEvent = EventsOf<typeof queueEvents>
