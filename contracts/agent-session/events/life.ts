import { z } from 'zod'
import { event, eventSince, timestamp, uuid } from '../../kernel/index.ts'
import { reviewed, sessionQuality } from '../../quality/index.ts'
import { runtime, sessionAtProvider } from '../runtime.ts'
import { terms } from '../terms.ts'
import {
  resourcesReleasedV1,
  spawnedV1,
  spawnedV2,
  spawnRequestedV1,
  spawnRequestedV2,
  spawnRequestedV3,
  spawnRequestedV4,
  spawnRequestedV5,
} from '../upcasts.ts'
import { assignment, completion, failureCode, leftWork, place, workplace } from '../vocabulary.ts'
import { session } from './session.ts'

/** From the spawn through its place and its setup to its end, and who runs it. */
export const lifeEvents = {
  AgentSpawnRequested: eventSince(
    z.object({
      ...session,
      ...assignment,
      ...terms,
      runtime,
      workplace,
      /** `null`: nothing of its changes is checked, as before there were gates. */
      quality: sessionQuality.nullable(),
      reviews: reviewed.nullable(),
    }),
    [spawnRequestedV1, spawnRequestedV2, spawnRequestedV3, spawnRequestedV4, spawnRequestedV5],
  ),
  /** It was there, at a provider, before anybody here knew of it: this is how it came to us. `begunAt` is what is said there. */
  AgentAdopted: event(z.object({ ...session, provider: sessionAtProvider, begunAt: timestamp.nullable() })),
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
  AgentSpawned: eventSince(z.object({ ...session, place }), [spawnedV1, spawnedV2]),
  AgentStarted: event(z.object({ ...session, resumed: z.boolean() })),
  AgentCompleted: event(z.object({ ...session, outcome: completion, summary: z.string() })),
  AgentFailed: event(z.object({ ...session, code: failureCode, message: z.string() })),
  AgentResourcesReleased: eventSince(
    z.object({
      ...session,
      sandboxRemoved: z.boolean(),
      worktreeRemoved: z.boolean(),
      leftWork: leftWork.nullable(),
    }),
    [resourcesReleasedV1],
  ),
  /** Another session goes on where this one ended; no second one does. */
  AgentContinued: event(z.object({ ...session, successorSessionId: uuid })),
} as const
