import { z } from 'zod'
import { timestamp, uuid } from '../kernel/index.ts'

/** What a worker says of itself every two seconds, in the bucket of `workersBucket`. */
export const workerPresence = z.object({
  workerId: uuid,
  /** Of this process, in the claims of sessions. */
  ownerId: uuid,
  name: z.string(),
  version: z.string(),
  labels: z.array(z.string()),
  /** How many agents it runs at once, and how many it runs now. */
  slots: z.int(),
  live: z.int(),
  /** It was drained, and has let go of all its agents. */
  isEmpty: z.boolean(),
})
export type WorkerPresence = z.infer<typeof workerPresence>

export const workersBucket = 'workers'
/** Longer than some of its words: it is not called away for one that was lost. */
export const workerSilenceMs = 10_000

export const workerStanding = z.enum(['admitted', 'active', 'drained', 'removed'])
export type WorkerStanding = z.infer<typeof workerStanding>

export const workerView = z.object({
  workerId: uuid,
  name: z.string(),
  standing: workerStanding,
  /** When it was last heard; `null`: never, or not since the coordinator began. */
  heardAt: timestamp.nullable(),
  isAlive: z.boolean(),
  presence: workerPresence.nullable(),
})
export type WorkerView = z.infer<typeof workerView>
