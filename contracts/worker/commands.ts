import { z } from 'zod'
import { workerLabel } from '../agent-session/index.ts'
import { line, uuid } from '../kernel/index.ts'

/** Lets a machine join: the answer holds the token that it has to show, which is told once. */
export const admitWorker = z.strictObject({ name: line(80) })

const secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** What a worker shows: whom it is admitted as, and 32 random bytes. */
export const workerToken = z.string().regex(/^mosaic-worker\.[0-9a-f-]{36}\.[A-Za-z0-9_-]{43}$/, {
  error: 'expected a token as mosaic worker add prints it',
})

/** The parts of a token; `undefined` where it is none. */
export function partsOf(token: string): { readonly workerId: string; readonly secret: string } | undefined {
  const [, workerId, text] = token.split('.')
  const parts = z.object({ workerId: uuid, secret }).safeParse({ workerId, secret: text })
  return parts.data
}

export const joinInstance = z.strictObject({
  token: workerToken,
  version: line(100),
  host: line(255),
  labels: z.array(workerLabel).max(50).default([]),
  /** How many agents it runs at once. */
  slots: z.int().min(1).max(10_000),
})
export type JoinInstance = z.infer<typeof joinInstance>

const reason = line(2000).optional()
export const drainWorker = z.strictObject({ reason })
export const returnWorker = z.strictObject({})
export const removeWorker = z.strictObject({ reason })
