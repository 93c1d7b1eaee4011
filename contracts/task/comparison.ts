import { z } from 'zod'
import { sessionView, workLook } from '../agent-session/index.ts'
import { gateResult, qualityProfile } from '../quality/index.ts'
import { attemptView } from './views.ts'

/** What a gate has said of an attempt's newest commit; `skipped`: it had nothing to run, or no reason to any more. */
export const comparedGate = gateResult
  .pick({ name: true, kind: true })
  .extend({ result: z.enum(['passed', 'failed', 'skipped']) })
export type ComparedGate = z.infer<typeof comparedGate>

/**
 * `none`: nothing of it was ever looked at; `open`: not decided yet; `skipped`: all of them, because a person has said so,
 * of the session or of the instance; `blocked`: why nothing could be decided.
 */
export const comparedGates = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none') }),
  z.object({ state: z.literal('open'), profile: qualityProfile }),
  z.object({ state: z.literal('skipped'), by: z.enum(['session', 'instance']) }),
  z.object({
    state: z.literal('decided'),
    profile: qualityProfile,
    approved: z.boolean(),
    blocked: z.string().nullable(),
    gates: z.array(comparedGate),
  }),
])
export type ComparedGates = z.infer<typeof comparedGates>

/** The change that the branch is, in lines; files that are no text count as files alone. */
export const comparedDiff = z.object({
  ...workLook.pick({ files: true, moreFiles: true, conflicts: true, isMerged: true }).shape,
  insertions: z.int(),
  deletions: z.int(),
})
export type ComparedDiff = z.infer<typeof comparedDiff>

/** An attempt beside others. `null` is what is not known, never nothing. */
export const comparedAttempt = attemptView.extend({
  model: z.string().nullable(),
  branch: z.string().nullable(),
  commits: z.int().nullable(),
  pullRequest: sessionView.shape.pullRequest,
  gates: comparedGates.nullable(),
  diff: comparedDiff.nullable(),
  /** Why the change cannot be shown. */
  diffUnknown: z.string().nullable(),
  /** Of the agent, of those that it has spawned, and of its reviewers. */
  tokens: z.int().nullable(),
  costUsd: z.number().nullable(),
  /** From its start to its end, or until now. */
  durationMs: z.number().min(0).nullable(),
})
export type ComparedAttempt = z.infer<typeof comparedAttempt>
