import type { LandingHow, LandingObstacle, NotStacked, LandingStack, ReturnTo } from '@mosaic/contracts/merge-queue'
import type { GateResult } from '@mosaic/contracts/quality'

/** Who reports about another batch than the one under way comes too late. */
type OfBatch = { readonly batchId: string }
/** How often an agent is asked again before a person is. */
type Bounded = { readonly mostTimes: number }

export type MergeQueueCommand =
  | {
      readonly type: 'RequestLanding'
      readonly queueId: string
      readonly landingId: string
      readonly repository: string
      readonly into: string
      readonly sessionId: string
      readonly branch: string
      readonly title: string
      readonly how: LandingHow
      readonly returnTo: ReturnTo
      readonly operator: string | null
    }
  | {
      readonly type: 'StartBatch'
      readonly batchId: string
      readonly most: number
      /** These stay where they are. */
      readonly except: readonly string[]
      readonly at: string
    }
  | ({
      readonly type: 'RecordStack'
      readonly stack: LandingStack | null
      readonly left: readonly NotStacked[]
      readonly isYolo: boolean
    } & OfBatch &
      Bounded)
  | ({
      readonly type: 'RecordCheck'
      readonly approved: boolean
      readonly gates: readonly GateResult[]
    } & OfBatch &
      Bounded)
  | ({ readonly type: 'RecordLanded' } & OfBatch)
  | ({ readonly type: 'HoldBatch'; readonly ref: string } & OfBatch)
  | { readonly type: 'HaltQueue'; readonly message: string }
  | { readonly type: 'ResumeQueue' }
  | ({ readonly type: 'AbandonBatch'; readonly reason: string } & OfBatch)
  /** The origin does not take it: no agent can change that. */
  | ({ readonly type: 'RefuseBatch'; readonly obstacle: LandingObstacle } & OfBatch)
  | { readonly type: 'ContinueLanding'; readonly landingId: string; readonly sessionId: string }
  /** Its agent has done what it could, in this session. */
  | {
      readonly type: 'RequeueLanding'
      readonly landingId: string
      readonly sessionId: string
      readonly branch: string
    }
  | { readonly type: 'GiveUpLanding'; readonly landingId: string; readonly obstacle: LandingObstacle }
  | { readonly type: 'RemoveLanding'; readonly landingId: string; readonly reason: string | null }

export type CommandOf<Type extends MergeQueueCommand['type']> = Extract<MergeQueueCommand, { type: Type }>
