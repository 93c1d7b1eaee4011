import type { LandingHow, LandingObstacle, LandingStack, ReturnTo } from '@mosaic/contracts/merge-queue'

/** A branch that is to land. `returned`: it could not, and its agent is to be asked again; `with-agent`: it was. */
export type Landing = {
  readonly landingId: string
  readonly sessionId: string
  readonly branch: string
  readonly how: LandingHow
  readonly returnTo: ReturnTo
  readonly operator: string | null
  readonly place: 'in-line' | 'returned' | 'with-agent'
  /** How often its agent was asked again. */
  readonly times: number
  /** Why it could not land, last. */
  readonly obstacle: LandingObstacle | null
}

export type Batch = { readonly batchId: string; readonly landingIds: readonly string[]; readonly at: string }

type Known = {
  readonly queueId: string
  readonly repository: string
  readonly into: string
  readonly landings: Readonly<Record<string, Landing>>
  /** Tried next, each as it is: halves of what failed, and what has to be tried anew. */
  readonly groups: readonly (readonly string[])[]
  /** In line, in their order. */
  readonly waiting: readonly string[]
  /** Why some or all of it does not land at present. */
  readonly halted: string | null
}

export type MergeQueue =
  | { readonly status: 'none' }
  | (Known & { readonly status: 'idle' })
  | (Known & { readonly status: 'stacking'; readonly batch: Batch })
  | (Known & { readonly status: 'checking'; readonly batch: Batch; readonly stack: LandingStack })
  /** `heldAt`: the ref that whoever has the base checked out can move it to. */
  | (Known & {
      readonly status: 'pushing'
      readonly batch: Batch
      readonly stack: LandingStack
      readonly heldAt: string | null
    })

export type KnownQueue = Exclude<MergeQueue, { status: 'none' }>
