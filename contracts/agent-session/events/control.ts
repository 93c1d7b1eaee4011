import { z } from 'zod'
import { event, eventSince, uuid } from '../../kernel/index.ts'
import { killedV1, killSignalledV1, withoutTreeV1 } from '../upcasts.ts'
import { killProof, killSignal } from '../vocabulary.ts'
import { session } from './session.ts'

/** Pause, resume and stop: what was asked for, and what was seen of it. */
export const controlEvents = {
  /** A person does not want to wait until then. */
  ModelCallRetryRequested: event(z.object(session)),
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
} as const
