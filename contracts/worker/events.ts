import { z } from 'zod'
import { workerLabel } from '../agent-session/index.ts'
import { event, type EventsOf, uuid } from '../kernel/index.ts'

const worker = { workerId: uuid }
const reason = z.string().nullable()

/** Facts of `workerStream`. That a worker is alive is none: it says so itself, again and again, through NATS. */
export const workerEvents = {
  /** Whoever shows the token may join as this worker. Of the token only its hash is kept: SHA-256, in hexadecimal. */
  WorkerAdmitted: event(z.object({ ...worker, name: z.string(), tokenHash: z.string() })),
  WorkerJoined: event(
    z.object({ ...worker, version: z.string(), host: z.string(), labels: z.array(workerLabel), slots: z.int().min(1) }),
  ),
  /** It takes nothing any more; what it ran others go on with. */
  WorkerDrained: event(z.object({ ...worker, reason })),
  WorkerReturned: event(z.object(worker)),
  /** Its token opens nothing any more. */
  WorkerRemoved: event(z.object({ ...worker, reason })),
} as const

export type WorkerEvent = EventsOf<typeof workerEvents>
