import type { AgentSessionEventOf, SessionView } from '@mosaic/contracts/agent-session'
import type { Fact } from '@mosaic/contracts/kernel'

type Told = Fact<AgentSessionEventOf<'WorkProposed' | 'ProposalChecked' | 'ProposalReturned' | 'ProposalEnded'>>
type Proposed = Pick<SessionView, 'pullRequest' | 'merged' | 'attention'>

/** What a session shows of the pull request that its branch stands in. */
export function proposed(session: Proposed, { type, data, metadata }: Told): Partial<Proposed> {
  const { pullRequest: known, attention } = session
  const { pullRequestId, number, url } = data
  const settled = attention?.reason === 'PULL_REQUEST' ? null : attention
  switch (type) {
    case 'WorkProposed': {
      const { into, headCommit } = data
      const checks = known?.headCommit === headCommit ? known.checks : null
      const pullRequest = {
        pullRequestId,
        number,
        url,
        into,
        headCommit,
        checks,
        state: 'open',
        returned: null,
      } as const
      return { pullRequest, attention: settled }
    }
    case 'ProposalChecked': {
      const { headCommit, checks } = data
      return { pullRequest: known?.headCommit === headCommit ? { ...known, checks } : known }
    }
    case 'ProposalReturned': {
      const { message, to, times } = data
      const of = known ?? { pullRequestId, number, url, into: '', headCommit: '', checks: null, state: 'open' as const }
      const since = metadata.occurredAt
      return {
        pullRequest: { ...of, returned: { message, to, times } },
        attention: to === 'person' ? { reason: 'PULL_REQUEST', message: `#${number}: ${message}`, since } : settled,
      }
    }
    case 'ProposalEnded': {
      const { outcome, into, commit } = data
      const checks = known?.headCommit === commit ? known.checks : null
      const pullRequest = {
        pullRequestId,
        number,
        url,
        into,
        headCommit: commit,
        checks,
        state: outcome,
        returned: null,
      }
      return { pullRequest, attention: settled, ...(outcome === 'merged' && { merged: { into, commit } }) }
    }
  }
}
