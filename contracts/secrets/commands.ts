import { z } from 'zod'
import { allowedSecret } from '../agent-session/index.ts'

export const secretPatternName = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}$/, { error: 'expected up to 60 letters, digits, spaces, dots, hyphens' })

/** A pattern of a workspace's own: what is covered and not committed there, beside what is known everywhere. */
export const addSecretPattern = z.strictObject({
  /** Stands in the place of what is covered. */
  name: secretPatternName,
  pattern: z.string().min(1).max(500),
})
export const removeSecretPattern = z.strictObject({ name: secretPatternName })

const { fingerprint } = allowedSecret.shape

/** In all of a workspace, what has this fingerprint is no secret. */
export const allowFingerprint = z.strictObject({ fingerprint, reason: z.string().trim().min(1).max(500) })
export const revokeFingerprint = z.strictObject({ fingerprint })
