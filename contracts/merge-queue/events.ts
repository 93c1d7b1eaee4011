import { z } from 'zod'
import { event, type EventsOf, timestamp, uuid } from '../kernel/index.ts'
import { gateResult } from '../quality/index.ts'
import { landedBranch, landingHow, landingObstacle, landingStack, returnTo } from './vocabulary.ts'

const queue = { queueId: uuid }
const landing = { ...queue, landingId: uuid }
const batch = { ...queue, batchId: uuid }

/** Facts of `mergeQueueStream`. What becomes of the base is recorded before and after. */
export const mergeQueueEvents = {
  /** The branch of a session is to land on `into`, when those before it have. */
  LandingRequested: event(
    z.object({
      ...landing,
      repository: z.string(),
      into: z.string(),
      sessionId: uuid,
      branch: z.string(),
      title: z.string(),
      how: landingHow,
      returnTo,
      /** Who wants it landed, as the commits name them. */
      operator: z.string().nullable(),
    }),
  ),
  /** These are tried together, one on top of the other; `at` is what their commits are dated. */
  LandingBatchStarted: event(z.object({ ...batch, landingIds: z.array(uuid).min(1), at: timestamp })),
  /** So they come to; nothing has moved yet. Whoever is not in it stands in a fact of its own beside this one. */
  LandingBatchStacked: event(z.object({ ...batch, stack: landingStack })),
  /**
   * It lands without a look: all of its branches' agents were told so (their streams say by whom), or the instance is
   * (`YOLO_MODE`).
   */
  LandingGatesSkipped: event(
    z.object({
      ...batch,
      into: z.string(),
      commit: z.string(),
      tree: z.string(),
      by: z.enum(['sessions', 'instance']),
      sessionIds: z.array(uuid).min(1),
    }),
  ),
  /** Whether the whole of it passes its gates. If not, halves of it are tried next, and one that fails alone comes back. */
  LandingBatchChecked: event(z.object({ ...batch, approved: z.boolean(), gates: z.array(gateResult) })),
  /** Somebody has the base checked out, and only they can move it: to this ref of the repository, whenever they like. */
  LandingBatchHeld: event(z.object({ ...batch, ref: z.string(), commit: z.string() })),
  /** The base stands there now. */
  LandingBatchLanded: event(
    z.object({ ...batch, into: z.string(), commit: z.string(), branches: z.array(landedBranch) }),
  ),
  /** It is tried anew, e.g. because the base has moved meanwhile. */
  LandingBatchAbandoned: event(z.object({ ...batch, reason: z.string() })),
  /** It conflicts with another one of its batch only: it is tried again when that one has landed, or has not. */
  LandingPutBack: event(z.object({ ...landing, behind: z.array(z.string()) })),
  /** What agents have made that nothing may begin for (the fleet is frozen for them) does not land either, until it may. */
  LandingQueueHalted: event(z.object({ ...queue, message: z.string() })),
  LandingQueueResumed: event(z.object(queue)),
  /** It cannot land as it is. `to: agent`: its agent is asked again, for the `times`th time; else it has left the queue. */
  LandingReturned: event(
    z.object({
      ...landing,
      sessionId: uuid,
      branch: z.string(),
      into: z.string(),
      obstacle: landingObstacle,
      to: returnTo,
      times: z.int().min(0),
    }),
  ),
  /** Its agent goes on with it in this session, which is to bring it back. */
  LandingContinued: event(z.object({ ...landing, sessionId: uuid })),
  LandingRequeued: event(z.object({ ...landing, sessionId: uuid, branch: z.string() })),
  /** Somebody does not want it to land any more. */
  LandingRemoved: event(z.object({ ...landing, sessionId: uuid, reason: z.string().nullable() })),
} as const

export type MergeQueueEvent = EventsOf<typeof mergeQueueEvents>
