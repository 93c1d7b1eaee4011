import { z } from 'zod'
import { branchName, repositoryAddress } from '../agent-session/index.ts'
import { timestamp, uuid } from '../kernel/index.ts'
import { gateResult, qualityProfile } from '../quality/index.ts'
import { landingHow, landingObstacle, landingStack } from './vocabulary.ts'

const base = { repository: repositoryAddress, into: branchName }
const commit = z.string().min(1).max(100)

/** Puts branches on top of each other, and moves nothing. The same again comes to the same commits. */
export const stackLandings = z.strictObject({
  ...base,
  queueId: uuid,
  /** What the commits are dated. */
  at: timestamp,
  landings: z
    .array(
      z.strictObject({ landingId: uuid, sessionId: uuid, how: landingHow, operator: z.string().max(200).nullable() }),
    )
    .min(1)
    .max(100),
})
export type StackLandings = z.infer<typeof stackLandings>

/** `behind`: the branches of the stack that it conflicts with; none where it conflicts with the base itself. */
export const notStacked = z.object({
  landingId: uuid,
  obstacle: landingObstacle,
  behind: z.array(z.string()),
})
export type NotStacked = z.infer<typeof notStacked>

/** `stack` is `null` where nothing could be put on it. `isYolo`: nothing is looked at, whoever's it is. */
export const stackedLandings = z.object({
  stack: landingStack.nullable(),
  left: z.array(notStacked),
  isYolo: z.boolean().default(false),
})
export type StackedLandings = z.infer<typeof stackedLandings>

/** Whether a stack passes its gates; the same `checkId` again is the same check. */
export const checkStack = z.strictObject({
  ...base,
  checkId: uuid,
  /** Whose work a reviewer is told it is. */
  sessionId: uuid,
  baseCommit: commit,
  commit,
  tree: commit,
  profile: qualityProfile,
})
export type CheckStack = z.infer<typeof checkStack>

/** `approved` is `null` while it is not decided: ask again. */
export const checkedStack = z.object({ approved: z.boolean().nullable(), gates: z.array(gateResult) })

/** Moves the base from where the stack began to where it ends, or not at all. */
export const pushStack = z.strictObject({
  ...base,
  queueId: uuid,
  baseCommit: commit,
  commit,
  /** It has been put beside the base already. */
  isHeld: z.boolean(),
})
export type PushStack = z.infer<typeof pushStack>

/** `moved`: the base stands elsewhere by now; `held`: whoever has it checked out can move it to `ref`. */
export const pushedStack = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('landed') }),
  z.object({ outcome: z.literal('moved') }),
  z.object({ outcome: z.literal('held'), ref: z.string() }),
])
export type PushedStack = z.infer<typeof pushedStack>
