import { z } from 'zod'
import { event, uuid } from '../../kernel/index.ts'
import { checkStage, gateResult, opinion, qualityProfile, reviewed } from '../../quality/index.ts'
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
  QualityGatesSkipped: event(
    z.object({
      ...session,
      stage: checkStage,
      commit: z.string(),
      tree: z.string(),
      by: z.enum(['session', 'instance']),
    }),
  ),
  /** What a reviewer says of the change that it was spawned to look at. */
  ReviewSubmitted: event(z.object({ ...session, of: reviewed, ...opinion.shape })),
} as const
