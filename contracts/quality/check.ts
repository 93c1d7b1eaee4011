import { z } from 'zod'
import { uuid, workspaceId } from '../kernel/index.ts'
import { checkStage, gateDetail, gateResult, mechanicalGate, qualityProfile } from './vocabulary.ts'

/** Asks whether a commit may stand on its branch, or go out. The same `checkId` again is the same check. */
export const checkRequest = z.strictObject({
  checkId: uuid,
  sessionId: uuid,
  taskId: uuid,
  workspaceId,
  stage: checkStage,
  profile: qualityProfile,
  commit: z.string().min(1).max(100),
  /** What the commit holds: the same tree need not be looked at twice. */
  tree: z.string().min(1).max(100),
  /** Where the branch began: what the change is a change of, and whose settings count. */
  baseCommit: z.string().min(1).max(100),
  repository: z.string().min(1).max(2000),
  baseBranch: z.string().min(1).max(250),
  /** What the base states of its gates, as a digest. */
  settings: z.string().max(100),
  /** Where the one that asks can be asked back. */
  worker: z.url().max(2000).optional(),
})
export type CheckRequest = z.infer<typeof checkRequest>

/** `approved` is `null` while it is not decided: ask again with the same `checkId`. */
export const checkAnswer = z.object({ approved: z.boolean().nullable(), gates: z.array(gateResult) })
export type CheckAnswer = z.infer<typeof checkAnswer>

/** What a worker is to run for a check that it has asked for. */
export const runGates = z.strictObject({ checkId: uuid, gates: z.array(mechanicalGate).max(10) })

/** Has an independent reviewer look at a commit of an agent. The same `checkId` again is the same reviewer. */
export const reviewAgent = z.strictObject({
  checkId: uuid,
  commit: z.string().min(1).max(100),
  task: z.string().min(1).max(60_000),
  /** In place of the model of the agent whose change it is. */
  model: z.string().min(1).max(500).optional(),
})

/** Lines that commits of a branch have changed, by who wrote them. */
export const authorship = z.object({ byAgents: z.int().min(0), byPeople: z.int().min(0) })
export type Authorship = z.infer<typeof authorship>

/** What a change is, for whoever has to judge it. */
export const changeSeen = z.object({
  files: z.array(z.object({ path: z.string(), insertions: z.int(), deletions: z.int() })),
  patch: z.string(),
  isCutOff: z.boolean(),
  authorship,
  /** What a reviewer should look at twice: a change of what states or runs the gates, tests that assert less. */
  warnings: z.array(gateDetail),
})
export type ChangeSeen = z.infer<typeof changeSeen>

/** `results` is `null` while gates still run: ask again. */
export const ranGates = z.object({ results: z.array(gateResult).nullable(), change: changeSeen.nullable() })
export type RanGates = z.infer<typeof ranGates>
