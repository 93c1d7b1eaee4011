import { z } from 'zod'
import { event, timestamp, uuid } from '../../kernel/index.ts'
import { recordedText, relayedOutcome, textDigest, usage } from '../vocabulary.ts'
import { session, turn } from './session.ts'

/** What an agent of another maker says to its model by way of us. */
export const relayedEvents = {
  /** Texts that calls name by their digests: each is told once, before the first call that names it. */
  ModelTextsRecorded: event(z.object({ ...session, texts: z.array(recordedText).min(1) })),
  /** A call has come to its end, whatever that was. */
  ModelCallRelayed: event(
    z.object({
      ...session,
      callId: uuid,
      turn,
      modelProvider: z.string(),
      /** As its server names it; where it has not answered, as the agent does. */
      model: z.string(),
      /** All of the request but its conversation: system prompt, tools, settings, each a part of the request's own JSON. */
      head: z.array(textDigest).max(5000),
      /** An earlier call whose conversation this one's begins with, and how many of its messages; `null`: it is told anew. */
      extends: z.object({ callId: uuid, messages: z.int().min(1) }).nullable(),
      /** What follows them, a message each. */
      added: z.array(textDigest).max(20_000),
      /** What was answered, as JSON of content blocks; `null` where nothing whole was. */
      answer: textDigest.nullable(),
      stopReason: z.string().max(200).nullable(),
      outcome: relayedOutcome,
      /** Of HTTP; `null` where there was no answer. */
      status: z.int().min(100).max(599).nullable(),
      /** What was said in place of an answer. */
      message: z.string().max(2000).nullable(),
      /** `null`: nobody has counted. */
      usage: usage.nullable(),
      startedAt: timestamp,
      durationMs: z.number().min(0),
    }),
  ),
} as const
