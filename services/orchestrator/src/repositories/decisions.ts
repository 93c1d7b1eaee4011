import type { RepositoryEvent, SettingsDecision } from '@mosaic/contracts/repository'
import { type EventStore, type Folded, load } from '@mosaic/event-store'
import { aggregates } from '../aggregates.ts'
import { SharedReads } from '../git/index.ts'
import type { Repository } from '../domain/repository/repository.ts'

type Decisions = {
  readonly state: Repository
  /** The newest that concerns settings with this hash. */
  decisionOn(hash: string): SettingsDecision | null
}

/** What operators have decided about a repository's settings, up to a position of the log or to its end. */
export type ReadDecisions = (repositoryId: string, asOf?: string) => Promise<Decisions>

/** Where many agents begin at once on one repository, what counts now is read once for all who wait. */
export function readDecisions(store: EventStore): ReadDecisions {
  const reads = new SharedReads()
  return (repositoryId, asOf) => {
    const read = () => decisionsOn(store, repositoryId, asOf)
    return asOf === undefined ? reads.read(repositoryId, read) : read()
  }
}

async function decisionsOn(store: EventStore, repositoryId: string, asOf?: string): Promise<Decisions> {
  const { repository: aggregate } = aggregates
  const decisions: Folded<RepositoryEvent>[] = []
  let state = aggregate.decider.initialState
  const observer = {
    folded(decision: Folded<RepositoryEvent>, after: Repository) {
      if (asOf !== undefined && BigInt(decision.position) > BigInt(asOf)) return
      decisions.push(decision)
      state = after
    },
    passedOver() {},
  }
  await load(store, { aggregate, streamId: aggregate.streamOf(repositoryId), observer })
  return {
    state,
    decisionOn(hash) {
      const last = decisions.findLast(
        ({ event }) => event.type === 'RepositorySettingsRevoked' || event.data.hash === hash,
      )
      return last ? viewOf(last) : null
    },
  }
}

const viewOf = ({ event, context: { actor, occurredAt } }: Folded<RepositoryEvent>): SettingsDecision => ({
  decision: event.type === 'RepositorySettingsRevoked' ? 'revoked' : 'approved',
  by: actor.name ?? actor.id,
  at: occurredAt.toISOString(),
})
