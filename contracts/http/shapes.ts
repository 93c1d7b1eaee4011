import { z } from 'zod'
import { leftWork, push, sandboxGuarantees, sandboxKind, sessionStatus } from '../agent-session/index.ts'
import { position, timestamp, uuid } from '../kernel/index.ts'
import { localChanges, settingsHash } from '../repository/index.ts'

export const sessionParams = z.object({ id: uuid })

/** What a command answers: where its facts stand in the log. `position` goes into `?after=` of a query. */
export const commandAnswer = z.object({ sessionId: uuid, status: sessionStatus, revision: z.int(), position })
export type CommandAnswer = z.infer<typeof commandAnswer>

/** `queued`: there is no room for it yet; which in line it is, and how many agents may live at a time. */
export const spawnAnswer = commandAnswer.extend({
  /** The session's id under its other name, and its task: as whoever asked calls it, where it said so. */
  agentId: uuid,
  taskId: z.string(),
  queued: z.object({ place: z.int(), most: z.int() }).nullable().default(null),
  /** What the person's checkout has that no commit holds, and whether the agent starts from it. */
  changes: localChanges.extend({ taken: z.boolean() }).nullable().default(null),
})
export type SpawnAnswer = z.infer<typeof spawnAnswer>

/**
 * `tree`: descendants that were told to end as well; `unconfirmed`: those of all that were killed whose proof is still to
 * come; `livesOn`: how many descendants go on. `recorded` is false of a kill that is carried out while the log cannot be
 * written: position and revision are the last known, and its receipt follows.
 */
export const stopAnswer = commandAnswer.extend({
  tree: z.array(uuid).default([]),
  unconfirmed: z.array(uuid).default([]),
  livesOn: z.int().default(0),
  recorded: z.boolean().default(true),
})
export type StopAnswer = z.infer<typeof stopAnswer>

/** What became of sending a session's work to the origin; `null`: there is nothing of the kind. */
export const pushAnswer = z.object({
  sessionId: uuid,
  revision: z.int(),
  position,
  branch: push.nullable(),
  uncommitted: push.nullable(),
  /** What still cannot be kept elsewhere than in its worktree. */
  left: leftWork.nullable(),
})

/** What has become of an agent's branch; `changed` is false when the base had all of it already. */
export const mergeAnswer = commandAnswer.extend({
  branch: z.string(),
  into: z.string(),
  commit: z.string(),
  changed: z.boolean(),
})
export type MergeAnswer = z.infer<typeof mergeAnswer>

/** The commit that it has become. */
export const keepAnswer = commandAnswer.extend({
  ref: z.string(),
  branch: z.string(),
  commit: z.string(),
  message: z.string(),
  files: z.int(),
  insertions: z.int(),
  deletions: z.int(),
  push,
})
export type KeepAnswer = z.infer<typeof keepAnswer>

/** What retention has taken away, or would. Of a mirror there are no refs to name. */
export const storedRemoval = z.object({
  kind: z.enum(['checkpoints', 'uncommitted', 'branch', 'mirror']),
  sessionId: uuid.nullable(),
  repository: z.string(),
  refs: z.array(z.string()),
})
export type StoredRemoval = z.infer<typeof storedRemoval>
export const pruneStoredAnswer = z.object({ dryRun: z.boolean(), removed: z.array(storedRemoval) })

/** The refs that are gone. */
export const pruneAnswer = commandAnswer.extend({ refs: z.array(z.string()) })
export type PruneAnswer = z.infer<typeof pruneAnswer>

/**
 * Whom a kill-all has hit so far. `unconfirmed`: of these the proof that no process lives is still to come; its end is
 * `KillAllCompleted`. `recorded` is false while the log cannot be written: request and receipts follow.
 */
export const killAllAnswer = z.object({
  killAllId: uuid,
  sessionIds: z.array(uuid),
  unconfirmed: z.array(uuid),
  recorded: z.boolean().default(true),
  position,
})
export type KillAllAnswer = z.infer<typeof killAllAnswer>

/** Read your own writes: wait until the read model has passed this position. */
export const after = { after: position.optional() }

/** `changed` is false when it was so already. */
export const freezeAnswer = z.object({ changed: z.boolean(), position })
export type FreezeAnswer = z.infer<typeof freezeAnswer>

/** `changed` is false when these settings were approved already. */
export const approvalAnswer = z.object({ hash: settingsHash, changed: z.boolean(), position })
export type ApprovalAnswer = z.infer<typeof approvalAnswer>

/** `changed` is false when nothing was approved any more. `running`: agents that work there, and go on as they are. */
export const revocationAnswer = z.object({ changed: z.boolean(), running: z.array(uuid), position })
export type RevocationAnswer = z.infer<typeof revocationAnswer>

/** `changed` is false when it was so already. */
export const changeAnswer = z.object({ changed: z.boolean(), position })
export type ChangeAnswer = z.infer<typeof changeAnswer>

/** Between two moments: `since` is in it, `until` is not. */
export const span = { since: timestamp.optional(), until: timestamp.optional() }
/** For `refine`: who asks for what begins after its end has named the two the wrong way round. */
export const spanInOrder: [
  (span: { readonly since?: string | undefined; readonly until?: string | undefined }) => boolean,
  { path: string[]; error: string },
] = [
  ({ since, until }) => since === undefined || until === undefined || Date.parse(since) <= Date.parse(until),
  { path: ['since'], error: 'expected since to be no later than until' },
]

export const cursor = { cursor: z.string().max(500).optional() }

export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    /** Goes into `?cursor=` for the next page; null on the last. */
    nextCursor: z.string().nullable(),
    /** How far the read model is. */
    position,
  })

export const limit = (otherwise: number, most: number) => z.coerce.number().int().min(1).max(most).default(otherwise)

/** How agents are run on a machine: what they get that are spawned without a wish, or why they get nothing. */
export const workshopView = z.object({
  /** `null` where no sandbox works, and while it has not been looked. */
  sandbox: z.object({ kind: sandboxKind, guarantees: sandboxGuarantees }).nullable(),
  problem: z.string().nullable(),
  /** Whether hooks of one's own local repositories run after a push. */
  originHooks: z.enum(['off', 'own']),
  /** `off`: changes of all agents pass unseen. */
  gates: z.enum(['on', 'off']).default('on'),
})
export type WorkshopView = z.infer<typeof workshopView>

export const health = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  /** Seconds since the process started. */
  uptime: z.number(),
  timestamp,
  version: z.string(),
  /** Events not yet handled, where the component handles events. */
  lag: z.number().nullable().optional(),
  detail: z.string().optional(),
  workshop: workshopView.optional(),
})
export type Health = z.infer<typeof health>
