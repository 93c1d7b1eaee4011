import { z } from 'zod'
import { actor, event, eventSince, uuid } from '../../kernel/index.ts'
import { checkStage, gateResult, opinion, qualityProfile, reviewed } from '../../quality/index.ts'
import { gatesSkippedV1 } from '../upcasts.ts'
import { session } from './session.ts'

const check = {
  ...session,
  checkId: uuid,
  stage: checkStage,
  profile: qualityProfile,
  commit: z.string(),
  tree: z.string(),
}

/** Whether its changes pass what they have to pass. */
export const qualityEvents = {
  QualityCheckRequested: event(z.object(check)),
  /** `blocked`: why nothing could be decided, which lets nothing through. */
  QualityCheckCompleted: event(
    z.object({ ...check, approved: z.boolean(), gates: z.array(gateResult), blocked: z.string().nullable() }),
  ),
  /** Nothing was looked at, because a person has said so: of this session, or of the whole instance. */
  QualityGatesSkipped: eventSince(
    z.object({
      ...session,
      taskId: uuid.nullable(),
      stage: checkStage,
      commit: z.string(),
      tree: z.string(),
      /** `instance`: its environment says so (`YOLO_MODE`). */
      by: z.enum(['session', 'instance']),
      /** Who has wanted it so of the session, as far as that is known. */
      saidBy: actor.nullable(),
    }),
    [gatesSkippedV1],
  ),
  /** What a reviewer says of the change that it was spawned to look at. */
  ReviewSubmitted: event(z.object({ ...session, of: reviewed, ...opinion.shape })),
} as const
