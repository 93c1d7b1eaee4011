import { z } from 'zod'
import { workerLabel } from '../agent-session/index.ts'
import { line, uuid } from '../kernel/index.ts'

/** For how long a token may be exchanged. */
const validMinutes = z.int().min(1).max(1440).default(15)

/** Lets a machine join: the answer holds the token that it has to show, which is told once. */
export const admitWorker = z.strictObject({ name: line(80), validMinutes })
export const issueWorkerToken = z.strictObject({ validMinutes })

/** What a worker exchanges for a credential, once: whom it is admitted as, and 32 random bytes. */
export const workerToken = z.string().regex(/^mosaic-worker\.[0-9a-f-]{36}\.[A-Za-z0-9_-]{43}$/, {
  error: 'expected a token as mosaic worker add prints it',
})

/** What a worker makes for itself before it joins and keeps: the same, and 32 random bytes of its own. */
export const workerCredential = z.string().regex(/^mosaic-worker-credential\.[0-9a-f-]{36}\.[A-Za-z0-9_-]{43}$/, {
  error: 'expected a credential as mosaic worker join makes it',
})

/** Whose a token or a credential is; `undefined` where it is neither. */
export function workerIdIn(text: string): string | undefined {
  return workerToken.or(workerCredential).safeParse(text).success ? uuid.safeParse(text.split('.')[1]).data : undefined
}

export const joinInstance = z.strictObject({
  /** Where the instance does not know the credential yet. */
  token: workerToken.optional(),
  credential: workerCredential,
  version: line(100),
  /** A digest of its contracts, SHA-256 in hexadecimal; those from before there was one do not say it. */
  contracts: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: 'expected a SHA-256 in hexadecimal' })
    .optional(),
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
