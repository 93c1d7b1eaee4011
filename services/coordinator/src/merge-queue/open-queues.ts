import { defineFold } from '@mosaic/reactions'

type Open = { readonly workspaceId: string; readonly landingIds: readonly string[] }
/** The queues in which anything waits, by queue. */
export type OpenQueues = Readonly<Record<string, Open>>

export const openQueues = defineFold({
  name: 'merge-queues',
  version: 1,
  handles: ['LandingRequested', 'LandingBatchLanded', 'LandingReturned', 'LandingRemoved'],
  initial: {} as OpenQueues,
  evolve(queues, event): OpenQueues {
    const { queueId } = event.data
    switch (event.type) {
      case 'LandingRequested': {
        const landingIds = [...(queues[queueId]?.landingIds ?? []), event.data.landingId]
        return { ...queues, [queueId]: { workspaceId: event.metadata.workspaceId, landingIds } }
      }
      case 'LandingBatchLanded':
        return event.data.branches.reduce((left, { landingId }) => without(left, queueId, landingId), queues)
      case 'LandingReturned':
        return event.data.to === 'person' ? without(queues, queueId, event.data.landingId) : queues
      case 'LandingRemoved':
        return without(queues, queueId, event.data.landingId)
    }
  },
})

function without(queues: OpenQueues, queueId: string, landingId: string): OpenQueues {
  const { [queueId]: queue, ...others } = queues
  const landingIds = queue?.landingIds.filter((id) => id !== landingId) ?? []
  return queue && landingIds.length > 0 ? { ...others, [queueId]: { ...queue, landingIds } } : others
}
