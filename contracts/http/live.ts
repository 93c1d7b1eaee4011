import { z } from 'zod'
import { position, recordedEvent, uuid } from '../kernel/index.ts'
import { liveFrame, terminalFrame } from '../messaging/index.ts'
import { problem } from './problem.ts'

/** What a live stream sends, in order: history, `caught-up`, then events and live frames without gap or repeat. */
export const streamFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), event: recordedEvent }),
  z.object({ type: z.literal('live'), frame: liveFrame }),
  z.object({ type: z.literal('terminal'), frame: terminalFrame }),
  z.object({ type: z.literal('caught-up'), revision: z.int().nullable() }),
  /** An event of a session's stream that is not the reader's to read, or nobody's: the next one follows on it without a gap. */
  z.object({ type: z.literal('passed-over'), revision: z.int(), position }),
  /** The reader was too slow; subscribe again after this revision. */
  z.object({ type: z.literal('dropped'), revision: z.int().nullable() }),
  z.object({ type: z.literal('problem'), problem }),
])
export type StreamFrame = z.infer<typeof streamFrame>

export const topic = z.discriminatedUnion('kind', [
  /** One session's events above `afterRevision` (all of them when it is left out) and its live frames. */
  z.strictObject({ kind: z.literal('session'), sessionId: uuid, afterRevision: z.int().min(-1).optional() }),
  /** What a session's terminal shows: its screen, then what comes. A reader who is too slow is given the screen again. */
  z.strictObject({ kind: z.literal('terminal'), sessionId: uuid }),
  /** Every event of the workspace from now on, without live frames. */
  z.strictObject({ kind: z.literal('fleet') }),
])
export type Topic = z.infer<typeof topic>

/** What a client sends on `/ws`. `id` is the client's own name of the subscription. */
export const clientFrame = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('subscribe'), id: z.string().min(1).max(100), topic }),
  z.strictObject({ type: z.literal('unsubscribe'), id: z.string().min(1).max(100) }),
  z.strictObject({ type: z.literal('ping') }),
])
export type ClientFrame = z.infer<typeof clientFrame>

/** What the server sends on `/ws`. A `problem` without id is about the connection or an unreadable frame. */
export const serverFrame = z.union([
  z.object({ type: z.literal('frame'), id: z.string(), frame: streamFrame }),
  /** From here on nothing is missed; `position`: how far the log had been told by then, to whoever listened. */
  z.object({ type: z.literal('subscribed'), id: z.string(), position }),
  z.object({ type: z.literal('unsubscribed'), id: z.string() }),
  z.object({ type: z.literal('problem'), id: z.string().nullable(), problem }),
  z.object({ type: z.literal('pong') }),
])
export type ServerFrame = z.infer<typeof serverFrame>

export const websocketPath = '/ws'
/** A close code of the application's own range (RFC 6455 §7.4.2) that says: sign in again. */
export const signedOutCode = 4401
