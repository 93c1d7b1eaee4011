import { z } from 'zod'
import { workerLabel } from '../agent-session/index.ts'
import { event, eventSince, type EventsOf, timestamp, uuid } from '../kernel/index.ts'
import { admittedV1 } from './upcasts.ts'

const worker = { workerId: uuid }
/** Of secrets only hashes are kept: SHA-256, in hexadecimal. */
const token = { tokenHash: z.string(), expiresAt: timestamp }
const reason = z.string().nullable()

/** Facts of `workerStream`. That a worker is alive is none: it says so itself, again and again, through NATS. */
export const workerEvents = {
  /** Whoever shows the token first, and in time, becomes this worker. */
  WorkerAdmitted: eventSince(z.object({ ...worker, name: z.string(), ...token }), [admittedV1]),
  /** A new token instead of the one before; the credential holds until it is exchanged. */
  WorkerTokenIssued: event(z.object({ ...worker, ...token })),
  /** The token opens nothing any more, nor does a credential from before; this one does. */
  WorkerTokenRedeemed: event(z.object({ ...worker, credentialHash: z.string(), host: z.string() })),
  /** Somebody had the right token, or the right credential, and was turned away. */
  WorkerJoinRefused: event(
    z.object({
      ...worker,
      code: z.enum(['WORKER_TOKEN_USED', 'WORKER_TOKEN_EXPIRED', 'WORKER_REMOVED']),
      host: z.string(),
    }),
  ),
  WorkerJoined: event(
    z.object({ ...worker, version: z.string(), host: z.string(), labels: z.array(workerLabel), slots: z.int().min(1) }),
  ),
  /** It takes nothing any more; what it ran others go on with. */
  WorkerDrained: event(z.object({ ...worker, reason })),
  WorkerReturned: event(z.object(worker)),
  /** Its token and its credential open nothing any more. */
  WorkerRemoved: event(z.object({ ...worker, reason })),
} as const

export type WorkerEvent = EventsOf<typeof workerEvents>
