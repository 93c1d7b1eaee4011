import { z } from 'zod'
import { waitingApproval } from '../approval/approval.ts'
import { actor, position, timestamp, unreadableEvent, uuid, workspaceId } from '../kernel/index.ts'
import { returnTo } from '../merge-queue/vocabulary.ts'
import { pullRequestAddress, pullRequestChecks, pullRequestState } from '../pull-request/vocabulary.ts'
import { agentName, runtimeCapabilities, runtimeKind, sessionAtProvider } from './runtime.ts'
import { terms } from './terms.ts'
import { checkStage, gateResult, qualityProfile, reviewed, sessionQuality } from '../quality/index.ts'
import {
  assignment,
  attentionReason,
  checkpoint,
  completion,
  contentBlock,
  waitReason,
  keptWork,
  killProof,
  killStep,
  leftWork,
  messageRole,
  relayedOutcome,
  modelProvider,
  push,
  sandboxGuarantees,
  sandboxKind,
  sessionStatus,
  usage,
  usageTotal,
} from './vocabulary.ts'

/** One session as roster, panel header and `agent show` present it. */
export const sessionView = z.object({
  sessionId: uuid,
  workspaceId,
  ...assignment,
  ...terms,
  /** What runs it; the fields that only some runtimes have are `null` elsewhere. */
  runtime: runtimeKind,
  /** Which of the agents of other makers it is. */
  agent: agentName.nullable().default(null),
  capabilities: runtimeCapabilities,
  /** The configured provider that it is at. */
  provider: sessionAtProvider.nullable().default(null),
  modelProvider: modelProvider.nullable(),
  model: z.string().nullable(),
  repository: z.string().nullable(),
  baseBranch: z.string().nullable(),
  sandbox: z
    .object({ kind: sandboxKind, id: z.string(), guarantees: sandboxGuarantees.nullable().default(null) })
    .nullable(),
  worktree: z.string().nullable(),
  branch: z.string().nullable(),
  baseCommit: z.string().nullable(),
  /** The newest commit that the agent made. */
  headCommit: z.string().nullable(),
  commits: z.int(),
  /** Of the newest commit; `null` while there is none. */
  push: push.nullable().default(null),
  /** Its files as they were last kept, while they differ from its branch; and why they are not kept as they are now. */
  checkpoint: checkpoint.extend({ at: timestamp }).nullable().default(null),
  checkpointFailure: leftWork.nullable().default(null),
  /** Changes that it had not committed when it ended. */
  uncommitted: keptWork.nullable().default(null),
  /** Such changes could not be kept: they are still in the worktree. */
  leftWork: leftWork.nullable().default(null),
  /** What its changes have to pass; `null` for sessions from before there were gates. */
  quality: sessionQuality.nullable().default(null),
  /** Whose change it looks at, where it is a reviewer. */
  reviews: reviewed.nullable().default(null),
  /** The newest check of its changes; `approved` is `null` while it is not decided. */
  check: z
    .object({
      stage: checkStage,
      profile: qualityProfile,
      commit: z.string(),
      approved: z.boolean().nullable(),
      gates: z.array(gateResult.pick({ name: true, kind: true, passed: true, ran: true })),
      blocked: z.string().nullable(),
      at: timestamp,
    })
    .nullable()
    .default(null),
  /** Its newest change passed unseen, because a person has said so: of this session, or of the instance. */
  gatesSkipped: z
    .object({ stage: checkStage, commit: z.string(), by: z.enum(['session', 'instance']), at: timestamp })
    .nullable()
    .default(null),
  status: sessionStatus,
  /** Who asked for it: a person, or the agent that spawned it. */
  requestedBy: actor.nullable().default(null),
  /** What was asked for and has not happened yet. */
  pending: z.enum(['pause', 'resume', 'terminate', 'kill']).nullable(),
  /** A call that a person is asked about, until they have answered. */
  approval: waitingApproval.nullable().default(null),
  waiting: z
    .object({
      questionId: z.string(),
      question: z.string(),
      options: z.array(z.string()),
      defaultAnswer: z.string().nullable(),
      expiresAt: timestamp.nullable(),
    })
    .nullable(),
  /** Set while the model cannot be had. A `nextTryAt` that has passed: it is being tried. */
  modelWait: z
    .object({ since: timestamp, reason: waitReason, message: z.string(), nextTryAt: timestamp })
    .nullable()
    .default(null),
  /** Why a person ought to look at it: it does not get on, or its branch does not land, since then. */
  attention: z.object({ reason: attentionReason, message: z.string(), since: timestamp }).nullable().default(null),
  /** Set while where it runs cannot be spoken with: all else is how it stood before. */
  stale: z.object({ since: timestamp, message: z.string() }).nullable().default(null),
  /** Set while it waits for its turn to start; who was queued first (by position) starts first. `most`: agents at a time. */
  queued: z.object({ since: timestamp, position, most: z.int() }).nullable().default(null),
  /** The step of the repository's setup that runs now. */
  setup: z.object({ step: z.string(), since: timestamp }).nullable().default(null),
  killReceipt: z.array(z.object({ step: killStep, at: timestamp })),
  /** How it is known that nothing of a killed session runs any more. */
  killProof: killProof.nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** The first event of its stream that cannot be read: it is not run on, and what it did since is not all known. */
  unreadable: unreadableEvent.nullable().default(null),
  /** How it has completed; `null` for one that has not. */
  outcome: completion.nullable().default(null),
  summary: z.string().nullable(),
  /** Where its branch was merged last, as far as Mosaic was told. */
  merged: z.object({ into: z.string(), commit: z.string() }).nullable(),
  /** Why its branch has not landed, and who has to do something about it; `null` where nothing stands in its way. */
  notLanded: z
    .object({ into: z.string(), message: z.string(), files: z.array(z.string()), to: returnTo, times: z.int() })
    .nullable()
    .default(null),
  /** Where its branch is proposed; `returned`: what others have said of it last, and who does something about it. */
  pullRequest: z
    .object({
      pullRequestId: uuid,
      ...pullRequestAddress,
      into: z.string(),
      headCommit: z.string(),
      state: pullRequestState,
      /** Of its newest commit; `null`: nobody has said anything of that yet. */
      checks: pullRequestChecks.nullable().default(null),
      returned: z.object({ message: z.string(), to: returnTo, times: z.int() }).nullable(),
    })
    .nullable()
    .default(null),
  /** Its branch, and what was kept of its uncommitted work, have been taken away. */
  isPruned: z.boolean(),
  /** The session that goes on where this one ended. */
  successorSessionId: uuid.nullable(),
  requestedAt: timestamp,
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  lastActivityAt: timestamp,
  turns: z.int(),
  messages: z.int(),
  toolCalls: z.int(),
  usage: usageTotal,
  lastMessage: z.object({ role: messageRole, preview: z.string(), at: timestamp }).nullable(),
  revision: z.int(),
  position,
})
export type SessionView = z.infer<typeof sessionView>

/** A session with the sessions that it spawned. */
export type SessionTree = SessionView & { children: SessionTree[] }
export const sessionTree: z.ZodType<SessionTree> = sessionView.extend({
  get children() {
    return z.array(sessionTree)
  },
})

const entry = { sessionId: uuid, revision: z.int(), position, occurredAt: timestamp, turn: z.int().nullable() }

/** What a conversation is made of, in the order of the stream's revisions. */
export const conversationEntry = z.discriminatedUnion('kind', [
  z.object({
    ...entry,
    kind: z.literal('message'),
    messageId: z.string(),
    role: messageRole,
    content: z.array(contentBlock),
    usage: usage.nullable(),
    stopReason: z.string().nullable(),
    model: z.string().nullable(),
    /** Only on an operator's message: who said it and whether the agent has it. */
    operator: z
      .object({ name: z.string(), deliveredAt: timestamp.nullable(), deliveredTurn: z.int().nullable() })
      .nullable(),
  }),
  z.object({
    ...entry,
    kind: z.literal('tool'),
    role: z.literal('tool'),
    toolCallId: z.string(),
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
    output: z.string().nullable(),
    isError: z.boolean().nullable(),
    durationMs: z.number().nullable(),
    completedAt: timestamp.nullable(),
  }),
  z.object({
    ...entry,
    kind: z.literal('notice'),
    role: z.literal('system'),
    /** The event's type, for instance `AgentPaused`. */
    eventType: z.string(),
    data: z.record(z.string(), z.unknown()),
    actorName: z.string().nullable(),
  }),
])
export type ConversationEntry = z.infer<typeof conversationEntry>

/** A call that an agent of another maker made to its model by way of us. */
export const modelCall = z.object({
  sessionId: uuid,
  callId: uuid,
  revision: z.int(),
  turn: z.int(),
  modelProvider: z.string(),
  model: z.string(),
  outcome: relayedOutcome,
  status: z.int().nullable(),
  /** What was said in place of an answer. */
  message: z.string().nullable(),
  stopReason: z.string().nullable(),
  usage: usage.nullable(),
  startedAt: timestamp,
  durationMs: z.number(),
  /** Of its whole conversation, and how many of them are new since the call that it goes on from. */
  messages: z.int().min(0),
  added: z.int().min(0),
})
export type ModelCall = z.infer<typeof modelCall>

/** With what was asked and answered, as the dialect has it; a text that is not in the log is `null`. */
export const modelCallWhole = modelCall.extend({
  /** All of the request but its conversation. */
  head: z.record(z.string(), z.unknown()),
  /** The last of the conversation, and how many before them are left out. */
  conversation: z.array(z.unknown()),
  leftOut: z.int().min(0),
  answer: z.unknown(),
})
export type ModelCallWhole = z.infer<typeof modelCallWhole>
