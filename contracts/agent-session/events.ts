import { z } from 'zod'
import { event, eventSince, type EventsOf, timestamp, uuid } from '../kernel/index.ts'
import { connectionOutcome, connectionReason } from './network.ts'
import { runtime } from './runtime.ts'
import {
  commitRecordedV1,
  killedV1,
  killSignalledV1,
  resourcesReleasedV1,
  spawnedV1,
  spawnedV2,
  spawnRequestedV1,
  spawnRequestedV2,
  withoutTreeV1,
} from './upcasts.ts'
import {
  allowedSecret,
  assignment,
  compaction,
  contentBlock,
  deferralReason,
  failureCode,
  keptWork,
  killProof,
  killSignal,
  leftWork,
  messageRole,
  place,
  push,
  usage,
  workplace,
} from './vocabulary.ts'

const session = { sessionId: uuid }
const turn = z.int().min(0)

/** Facts of `agentSessionStream`. Side effects are recorded before (…Requested) and after. */
export const agentSessionEvents = {
  AgentSpawnRequested: eventSince(z.object({ ...session, ...assignment, runtime, workplace }), [
    spawnRequestedV1,
    spawnRequestedV2,
  ]),
  /**
   * There is no room for it yet: `live` agents of `most` are. It is claimed when its turn comes, and waits for no place
   * any longer then.
   */
  AgentQueued: event(z.object({ ...session, live: z.int().min(0), most: z.int().min(1) })),
  /** From now on the session is run by this owner alone; what an earlier epoch's owner reports is refused. */
  SessionClaimed: event(
    z.object({
      ...session,
      ownerId: uuid,
      epoch: z
        .int()
        .min(1)
        .max(2 ** 31),
    }),
  ),
  AgentSpawned: eventSince(z.object({ ...session, place }), [spawnedV1, spawnedV2]),
  AgentStarted: event(z.object({ ...session, resumed: z.boolean() })),
  /** Before the agent starts: a command of the repository's settings, as an operator has approved them. */
  SetupStepStarted: event(z.object({ ...session, step: z.string(), command: z.string() })),
  /** `exitCode` is `null` where it was ended. `output` is the end of what it said. */
  SetupStepCompleted: event(
    z.object({
      ...session,
      step: z.string(),
      /** Not run: what it made for an earlier agent was taken. */
      cached: z.boolean(),
      exitCode: z.int().nullable(),
      durationMs: z.number().min(0),
      output: z.string(),
    }),
  ),
  MessageRecorded: event(
    z.object({
      ...session,
      messageId: uuid,
      turn,
      role: messageRole,
      content: z.array(contentBlock),
      usage: usage.nullable(),
      stopReason: z.string().nullable(),
      model: z.string().nullable(),
    }),
  ),
  /** The model could not be had: the call is made again at `nextTryAt`. Told anew when that moves; `since` stays. */
  ModelCallDeferred: event(
    z.object({
      ...session,
      turn,
      reason: deferralReason,
      message: z.string(),
      /** Failed attempts since `since`. */
      attempts: z.int().min(1),
      since: timestamp,
      nextTryAt: timestamp,
    }),
  ),
  /** A person does not want to wait until then. */
  ModelCallRetryRequested: event(z.object(session)),
  /** The model has answered again. */
  ModelCallResumed: event(z.object({ ...session, turn })),
  /**
   * The model is told less of turns 1 to `throughTurn` from now on; the log keeps them. Tokens as the model last counted
   * them, and in proportion what is left; `null` where it has not counted.
   */
  ContextCompacted: event(
    z.object({
      ...session,
      throughTurn: turn,
      how: compaction,
      charactersBefore: z.int().min(0),
      charactersAfter: z.int().min(0),
      tokensBefore: z.int().min(0).nullable(),
      tokensAfter: z.int().min(0).nullable(),
      /** Of the call that wrote the summary. */
      usage: usage.nullable(),
    }),
  ),
  ToolInvoked: event(
    z.object({
      ...session,
      toolCallId: z.string(),
      turn,
      name: z.string(),
      input: z.record(z.string(), z.unknown()),
    }),
  ),
  ToolCompleted: event(
    z.object({
      ...session,
      toolCallId: z.string(),
      turn,
      name: z.string(),
      output: z.string(),
      isError: z.boolean(),
      durationMs: z.number().min(0),
      /** The orchestrator died while the tool ran: it may have run twice, or in part. */
      interrupted: z.boolean(),
    }),
  ),
  CommitRecorded: eventSince(
    z.object({
      ...session,
      commit: z.string(),
      branch: z.string(),
      message: z.string(),
      files: z.int().min(0),
      insertions: z.int().min(0),
      deletions: z.int().min(0),
      push,
      /** The branch that it merges in. */
      merged: z.string().nullable(),
    }),
    [commitRecordedV1],
  ),
  /**
   * Somebody in the sandbox went out, or tried to. Told in sums, so that no number of attempts fills the log: counted are the
   * connections since the last such fact about the same host; bytes and time are those of connections that have ended.
   */
  NetworkConnectionRecorded: event(
    z.object({
      ...session,
      /** `null` where it was no name of a host, and for all hosts beyond the first so many of a session. */
      host: z.string().max(253).nullable(),
      port: z.int().min(1).max(65_535).nullable(),
      outcome: connectionOutcome,
      /** Why not, where it was not allowed or could not be had. */
      reason: connectionReason.nullable(),
      count: z.int().min(0),
      bytesSent: z.int().min(0),
      bytesReceived: z.int().min(0),
      durationMs: z.number().min(0),
    }),
  ),
  /** Somebody has looked at what was taken for a secret. Agents themselves never allow one. */
  SecretAllowed: event(z.object({ ...session, ...allowedSecret.shape })),
  /** What is recorded already, of commits or of kept changes, was pushed again, by itself or because somebody asked. */
  BranchPushed: event(z.object({ ...session, commit: z.string(), push })),
  OperatorMessageInjected: event(
    z.object({
      ...session,
      messageId: uuid,
      text: z.string(),
      operatorName: z.string(),
      /** The question it answers, when the agent was waiting for one. */
      questionId: z.string().nullable(),
    }),
  ),
  OperatorMessageDelivered: event(z.object({ ...session, messageId: uuid, turn, questionId: z.string().nullable() })),
  AgentWaitingForOperator: event(
    z.object({
      ...session,
      questionId: z.string(),
      question: z.string(),
      options: z.array(z.string()),
      defaultAnswer: z.string().nullable(),
      expiresAt: timestamp.nullable(),
    }),
  ),
  OperatorQuestionExpired: event(z.object({ ...session, questionId: z.string(), answer: z.string() })),
  AgentPauseRequested: event(z.object({ ...session, reason: z.string().nullable() })),
  AgentPaused: event(z.object(session)),
  AgentResumeRequested: event(z.object(session)),
  AgentResumed: event(z.object(session)),
  /** `tree`: and all that live below it. */
  AgentTerminateRequested: eventSince(z.object({ ...session, note: z.string().nullable(), tree: z.boolean() }), [
    withoutTreeV1,
  ]),
  /** Asked for again with `tree` when it was asked for without. */
  AgentKillRequested: eventSince(
    z.object({ ...session, reason: z.string().nullable(), killAllId: uuid.nullable(), tree: z.boolean() }),
    [withoutTreeV1],
  ),
  AgentKillSignalled: eventSince(z.object({ ...session, sent: killSignal }), [killSignalledV1]),
  AgentKillExitObserved: event(z.object(session)),
  AgentDescendantsCleared: event(z.object({ ...session, survivors: z.literal(0) })),
  AgentKilled: eventSince(z.object({ ...session, latencyMs: z.number().min(0), proof: killProof }), [killedV1]),
  AgentCompleted: event(z.object({ ...session, outcome: z.enum(['finished', 'terminated']), summary: z.string() })),
  AgentFailed: event(z.object({ ...session, code: failureCode, message: z.string() })),
  /** Whatever ended the session: what it had not committed is no longer in its worktree alone. */
  UncommittedWorkKept: event(z.object({ ...session, ...keptWork.shape })),
  AgentResourcesReleased: eventSince(
    z.object({
      ...session,
      sandboxRemoved: z.boolean(),
      worktreeRemoved: z.boolean(),
      leftWork: leftWork.nullable(),
    }),
    [resourcesReleasedV1],
  ),
  /** An operator has had its branch merged. `changed`: not by whatever way before. */
  WorkMerged: event(
    z.object({ ...session, branch: z.string(), into: z.string(), commit: z.string(), changed: z.boolean() }),
  ),
  /** An operator has had its branch, and what was kept of its uncommitted work, taken away. */
  WorkPruned: event(z.object({ ...session, refs: z.array(z.string()) })),
  /** Another session goes on where this one ended; no second one does. */
  AgentContinued: event(z.object({ ...session, successorSessionId: uuid })),
} as const

export type AgentSessionEvent = EventsOf<typeof agentSessionEvents>
export type AgentSessionEventType = AgentSessionEvent['type']
export type AgentSessionEventOf<Type extends AgentSessionEventType> = Extract<AgentSessionEvent, { type: Type }>

/** The status a session has right after an event; `undefined` where the event does not change it. */
export const statusAfter = {
  AgentSpawnRequested: 'spawning',
  AgentQueued: undefined,
  SessionClaimed: undefined,
  AgentSpawned: undefined,
  AgentStarted: 'running',
  SetupStepStarted: undefined,
  SetupStepCompleted: undefined,
  MessageRecorded: undefined,
  ModelCallDeferred: undefined,
  ModelCallRetryRequested: undefined,
  ModelCallResumed: undefined,
  ContextCompacted: undefined,
  ToolInvoked: undefined,
  ToolCompleted: undefined,
  CommitRecorded: undefined,
  NetworkConnectionRecorded: undefined,
  BranchPushed: undefined,
  SecretAllowed: undefined,
  OperatorMessageInjected: undefined,
  OperatorMessageDelivered: 'running',
  AgentWaitingForOperator: 'waiting',
  OperatorQuestionExpired: 'running',
  AgentPauseRequested: undefined,
  AgentPaused: 'paused',
  AgentResumeRequested: undefined,
  AgentResumed: 'running',
  AgentTerminateRequested: undefined,
  AgentKillRequested: undefined,
  AgentKillSignalled: undefined,
  AgentKillExitObserved: undefined,
  AgentDescendantsCleared: undefined,
  AgentKilled: 'killed',
  AgentCompleted: 'completed',
  AgentFailed: 'failed',
  UncommittedWorkKept: undefined,
  AgentResourcesReleased: undefined,
  WorkMerged: undefined,
  WorkPruned: undefined,
  AgentContinued: undefined,
} as const satisfies Record<AgentSessionEventType, import('./vocabulary.ts').SessionStatus | undefined>
