import { z } from 'zod'
import { modelProvider, runtimeKind } from '../agent-session/index.ts'
import { actor, timestamp, uuid, workspaceId } from '../kernel/index.ts'
import { killScope } from './commands.ts'

// What a worker notes on its disk, for the time in which nothing can be written into the log, and what its killer is told.

/** A session that a worker runs, as its killer has to know it. `sandboxIds`: by what its sandboxes are found. */
export const liveSession = z.object({
  sessionId: uuid,
  workspaceId,
  missionId: uuid,
  runtime: runtimeKind,
  modelProvider: modelProvider.nullable(),
  workerId: z.string().nullable(),
  ancestors: z.array(uuid).readonly(),
  sandboxIds: z.array(uuid),
})
export type LiveSession = z.infer<typeof liveSession>

/** Who wants it, since when, and the id under which it goes into the log. */
const request = {
  commandId: uuid,
  workspaceId,
  actor,
  reason: z.string().nullable(),
  requestedAt: timestamp,
}

/** A kill of one session that has been carried out and may not stand in the log yet. */
export const killNote = z.object({ ...request, killAllId: uuid.nullable(), tree: z.boolean() })
export type KillNote = z.infer<typeof killNote>

/** The same of a scope, which stands in the log before the kills that it has brought about. */
export const killAllNote = z.object({
  ...request,
  killAllId: uuid,
  scope: killScope,
  sessionIds: z.array(uuid),
})
export type KillAllNote = z.infer<typeof killAllNote>

/** What somebody beside the orchestrator has seen of a session's end. */
export const killSeen = z.object({ signalledAt: timestamp, processes: z.int().min(1), clearedAt: timestamp })
export type KillSeen = z.infer<typeof killSeen>

/** What a killer is to do, unless the orchestrator has it in hand. */
export const strike = z.object({
  ...request,
  target: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('session'), sessionId: uuid, tree: z.boolean() }),
    z.object({ kind: z.literal('scope'), killAllId: uuid, scope: killScope }),
  ]),
})
export type Strike = z.infer<typeof strike>

/** `struck` is false where the orchestrator had it in hand. `unconfirmed`: those of whom something may be alive. */
export const strikeAnswer = z.object({ struck: z.boolean(), sessionIds: z.array(uuid), unconfirmed: z.array(uuid) })
export type StrikeAnswer = z.infer<typeof strikeAnswer>

/** Where a killer listens, as it says in its file. */
export const killerAddress = z.object({ url: z.url(), pid: z.int() })
