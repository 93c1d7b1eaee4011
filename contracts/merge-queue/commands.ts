import { z } from 'zod'
import { branchName } from '../agent-session/index.ts'
import { line, uuid } from '../kernel/index.ts'
import { landingHow, returnTo } from './vocabulary.ts'

/** Lands the branch of an ended session, on the branch that it began at unless another is named. */
export const requestLanding = z.strictObject({
  sessionId: uuid,
  how: landingHow.default('merge'),
  into: branchName.optional(),
  returnTo: returnTo.default('person'),
})
export type RequestLanding = z.infer<typeof requestLanding>

export const removeLanding = z.strictObject({ reason: line(2000).optional() })
