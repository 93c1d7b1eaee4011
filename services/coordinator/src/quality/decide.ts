import type { GateResult } from '@mosaic/contracts/quality'
import type { Decide } from './checks.ts'
import { askedBy } from './profiles.ts'
import { agentShare, notReviewed, type SharePolicy, verdictOf } from './verdict.ts'
import { type AskedCheck, runGates, type Tried, type Orchestrators } from './orchestrators.ts'

/** An independent opinion of a change. */
export type Review = (request: AskedCheck, tried: Tried) => Promise<GateResult>

/** Asks programs first, and a reviewer where the profile wants one and the programs have nothing against it. */
export const decider =
  ({ orchestrators, review, policy }: { orchestrators: Orchestrators; review: Review; policy: SharePolicy }): Decide =>
  async (request) => {
    const asked = askedBy[request.profile]
    const tried = await runGates(orchestrators.of(request), request, asked.mechanical)
    const mechanical = [...tried.results, agentShare(tried.change.authorship, policy)]
    if (!asked.review) return verdictOf(mechanical)
    const failed = mechanical.filter(({ passed }) => !passed).map(({ name }) => name)
    const opinion =
      failed.length > 0
        ? notReviewed(`nobody was asked for a review: ${failed.join(', ')} failed`)
        : await review(request, tried)
    return verdictOf([...mechanical, opinion])
  }
