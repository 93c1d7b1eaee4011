import { z } from 'zod'
import { uuid } from '../kernel/index.ts'
import { gitArgument } from './commands.ts'

const at = { branch: z.string(), base: z.string() }

/** What an agent's branch is against the branch that it is to be merged into, as git has both now. */
export const workLook = z.object({
  sessionId: uuid,
  repository: z.string(),
  ...at,
  commit: z.string(),
  baseCommit: z.string(),
  /** Commits that the base does not have, and commits of the base that the branch does not have. */
  ahead: z.int(),
  behind: z.int(),
  /** The base has all of it, by whatever way. */
  isMerged: z.boolean(),
  /** Files in which the two cannot be merged as they are. */
  conflicts: z.array(z.string()),
  /** Lines; `null` where a file is no text. */
  files: z.array(z.object({ path: z.string(), insertions: z.int().nullable(), deletions: z.int().nullable() })),
  /** How many more there are than `files` names. */
  moreFiles: z.int(),
  /** Newest first, at most 100. */
  commits: z.array(z.object({ commit: z.string(), subject: z.string() })).default([]),
})
export type WorkLook = z.infer<typeof workLook>

/** A unified diff; cut off where it is longer than 2 MB. */
export const workPatch = z.object({ patch: z.string(), isCutOff: z.boolean() })
/** The change that the branch is, or what the agent had left uncommitted. */
export const patchOf = z.enum(['branch', 'uncommitted']).default('branch')

/** Merges the branch into its base (or another) and pushes that. Nothing is forced; on conflict nothing changes. */
export const mergeWork = z.strictObject({
  into: gitArgument(250).optional(),
  method: z.enum(['merge', 'squash']).default('merge'),
})

/** Takes away what is kept longer than that after its session's end, and is somewhere else. */
export const pruneStored = z.strictObject({
  olderThanDays: z.number().min(0).max(100_000),
  dryRun: z.boolean().default(false),
})

/** Commits on its branch what an ended agent had not committed. */
export const keepWork = z.strictObject({ message: z.string().trim().min(1).max(10_000).optional() })
/** Gives it up. */
export const discardWork = z.strictObject({})

/** Removes an ended agent's branch, and what was kept of its uncommitted work. What is not merged stays unless `unmerged`. */
export const pruneWork = z.strictObject({ unmerged: z.boolean().default(false) })
