import type { Fact, View } from '@mosaic/contracts/kernel'
import { queueEvents, type QueueEvent } from '@mosaic/contracts/queue'
import type { QueueStats } from '@mosaic/contracts/task'

/** Whether a workspace's queue stands still. */
export type QueueState = {
  readonly workspaceId: string
  readonly revision: number
  readonly paused: QueueStats['paused']
}

export const queueView: View<QueueState, Fact<QueueEvent>> = {
  version: 1,
  handles: Object.keys(queueEvents) as QueueEvent['type'][],
  keyOf: ({ metadata }) => [metadata.workspaceId],
  begin: (event) => after(event),
  evolve: (queue, event) => (event.revision <= queue.revision ? queue : after(event)),
}

function after(event: Fact<QueueEvent>): QueueState {
  const { revision, metadata } = event
  const { workspaceId, actor: by, occurredAt: since } = metadata
  switch (event.type) {
    case 'QueuePaused':
      return { workspaceId, revision, paused: { reason: event.data.reason, since, by } }
    case 'QueueResumed':
      return { workspaceId, revision, paused: null }
  }
}
