import type { PullRequestChecks } from '@mosaic/contracts/pull-request'

/** What a host's checks have come to, in a line. */
export function checksWords({ state, failed }: PullRequestChecks): string {
  return failed.length > 0 ? `${state}: ${failed.join(', ')}` : state
}
