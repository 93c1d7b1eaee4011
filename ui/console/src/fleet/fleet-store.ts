import { emptyFleet, type Fleet as FleetState, followFleet, type LiveConnection } from '@mosaic/client'
import type { RecordedEvent } from '@mosaic/contracts/kernel'
import { onCleanup } from 'solid-js'
import { createStore, produce, reconcile } from 'solid-js/store'
import { gateway } from '../gateway.ts'

/** Every session of the workspace, live, as signals of the page. */
export function createFleet(live: LiveConnection, onEvent: (event: RecordedEvent) => void) {
  const [fleet, setFleet] = createStore<FleetState>(emptyFleet())
  const { take, reload, close } = followFleet({
    client: gateway,
    live,
    fleet: { get: () => fleet, change: (edit) => setFleet(produce(edit)) },
    // Only the fields that differ are drawn again, and a receipt's steps stay the rows that they are.
    put: (view) => setFleet('sessions', view.sessionId, reconcile(view, { key: 'step' })),
    onEvent,
  })
  onCleanup(close)
  return {
    sessions: fleet.sessions,
    all: () => Object.values(fleet.sessions),
    loading: () => fleet.phase,
    failure: () => fleet.failure,
    reload,
    take,
  }
}
export type Fleet = ReturnType<typeof createFleet>
