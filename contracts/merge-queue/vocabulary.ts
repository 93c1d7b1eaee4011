import { z } from 'zod'
import { uuid } from '../kernel/index.ts'
import { qualityProfile } from '../quality/index.ts'

/** With a merge commit, as one commit, or commit by commit on top of the base. */
export const landingHow = z.enum(['merge', 'squash', 'rebase'])
export type LandingHow = z.infer<typeof landingHow>

/** Who resolves what cannot land: its agent, as often as it may be asked again, or whoever wanted it landed. */
export const returnTo = z.enum(['agent', 'person'])
export type ReturnTo = z.infer<typeof returnTo>

/** Why a branch has not landed. `files`: those in conflict, or that gates complain of. */
export const landingObstacle = z.object({
  code: z.enum(['MERGE_CONFLICT', 'GATES_REJECTED', 'PUSH_REJECTED', 'BRANCH_NOT_FOUND', 'AGENT_NOT_CONTINUED']),
  message: z.string(),
  files: z.array(z.string()).max(1000),
})
export type LandingObstacle = z.infer<typeof landingObstacle>

/** A branch on its way, and the commit at which the base stands once it has landed. */
export const landedBranch = z.object({ landingId: uuid, sessionId: uuid, branch: z.string(), commit: z.string() })
export type LandedBranch = z.infer<typeof landedBranch>

/** Branches on top of each other, on top of the base as it stood. */
export const landingStack = z.object({
  baseCommit: z.string(),
  commit: z.string(),
  tree: z.string(),
  /** What the whole of it has to pass: the strictest of what its branches had to; `null` where none of them had to. */
  profile: qualityProfile.nullable(),
  branches: z.array(landedBranch),
})
export type LandingStack = z.infer<typeof landingStack>
