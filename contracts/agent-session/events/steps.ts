import { z } from 'zod'
import { event, timestamp, uuid } from '../../kernel/index.ts'
import { connectionOutcome, connectionReason } from '../network.ts'
import { compaction, contentBlock, deferralReason, messageRole, modelChoice, usage, waitReason } from '../vocabulary.ts'
import { session, turn } from './session.ts'

/** What the agent does turn by turn: its model, its tools, its connections. */
export const stepEvents = {
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
  /**
   * The model was asked before the session could begin, and nobody hears the answer: what it has cost. `null` where it was
   * broken off, so that nobody has counted.
   */
  ModelAnswerUnheard: event(
    z.object({ ...session, messageId: uuid, model: z.string().nullable(), usage: usage.nullable() }),
  ),
  /** The model could not be had, or a budget has no room for the call: it is made again at `nextTryAt`. Told anew when that moves; `since` stays. */
  ModelCallDeferred: event(
    z.object({
      ...session,
      turn,
      reason: waitReason,
      message: z.string(),
      /** Failed attempts since `since`. */
      attempts: z.int().min(1),
      since: timestamp,
      nextTryAt: timestamp,
    }),
  ),
  /** The model has answered again. */
  ModelCallResumed: event(z.object({ ...session, turn })),
  /** The model could not be had: another of those that were asked for is asked from now on. */
  ModelChanged: event(
    z.object({ ...session, turn, from: modelChoice, to: modelChoice, reason: deferralReason, message: z.string() }),
  ),
  /**
   * The program of an agent of another maker is ready, under the name that it has for its conversation: one that begins, one
   * that it has taken up itself, or one that begins and is told what was said before, and why.
   */
  AgentProgramStarted: event(
    z.object({
      ...session,
      agentSessionId: z.string().min(1).max(500),
      how: z.enum(['begun', 'loaded', 'told']),
      reason: z.string().max(1000).nullable(),
    }),
  ),
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
} as const
