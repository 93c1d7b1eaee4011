import { emptyFleet, type Fleet as FleetState, followFleet, type LiveConnection } from '@mosaic/client'
import { fleetStream } from '@mosaic/contracts/fleet'
import type { RecordedEvent } from '@mosaic/contracts/kernel'
import { createSignal, onCleanup } from 'solid-js'
import { createStore, produce, reconcile } from 'solid-js/store'
import { gateway } from '../gateway.ts'

/** Every session of the workspace, live, as signals of the page. */
export function createFleet(live: LiveConnection, onEvent: (event: RecordedEvent) => void) {
  const [fleet, setFleet] = createStore<FleetState>(emptyFleet())
  const [changedAt, setChangedAt] = createSignal<string>()
  const { take, reload, close } = followFleet({
    client: gateway,
    live,
    fleet: { get: () => fleet, change: (edit) => setFleet(produce(edit)) },
    // Only the fields that differ are drawn again, and a receipt's steps stay the rows that they are.
    put: (view) => setFleet('sessions', view.sessionId, reconcile(view, { key: 'step' })),
    onEvent(event) {
      if (fleetStream.idOf(event.streamId) !== null) setChangedAt(event.position)
      onEvent(event)
    },
  })
  onCleanup(close)
  return {
    sessions: fleet.sessions,
    all: () => Object.values(fleet.sessions),
    loading: () => fleet.phase,
    failure: () => fleet.failure,
    /** The position of the last fact about the fleet as a whole that has come by. */
    changedAt,
    reload,
    take,
  }
}
export type Fleet = ReturnType<typeof createFleet>
