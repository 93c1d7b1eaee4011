import { type FleetEvent, type FreezeView, isSameScope } from '@mosaic/contracts/fleet'
import type { Fact, View } from '@mosaic/contracts/kernel'

type FreezeEvent = Fact<Extract<FleetEvent, { type: 'FleetFrozen' | 'FleetUnfrozen' }>>

/** What holds for a workspace's fleet as a whole. */
export type FleetState = {
  readonly workspaceId: string
  readonly revision: number
  /** The newest last; one per scope. */
  readonly freezes: readonly FreezeView[]
}

export const fleetStateView: View<FleetState, FreezeEvent> = {
  version: 2,
  handles: ['FleetFrozen', 'FleetUnfrozen'],
  keyOf: ({ metadata }) => [metadata.workspaceId],
  begin: (event) => after({ workspaceId: event.metadata.workspaceId, revision: -1, freezes: [] }, event),
  evolve: (fleet, event) => (event.revision <= fleet.revision ? fleet : after(fleet, event)),
}

function after({ workspaceId, freezes }: FleetState, event: FreezeEvent): FleetState {
  const { revision, metadata } = event
  switch (event.type) {
    case 'FleetFrozen': {
      const freeze = { ...event.data, frozenAt: metadata.occurredAt, frozenBy: metadata.actor }
      const others = freezes.filter(({ scope }) => !isSameScope(scope, freeze.scope))
      return { workspaceId, revision, freezes: [...others, freeze] }
    }
    case 'FleetUnfrozen':
      return { workspaceId, revision, freezes: [] }
  }
}
