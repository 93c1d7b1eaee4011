import { systemClock } from '@mosaic/contracts/kernel'
import type { ConnectionState } from '@mosaic/client'
import type { OperatorView } from '@mosaic/contracts/operator'
import { useQueryClient } from '@tanstack/solid-query'
import { createSignal, type JSX, onCleanup, onMount } from 'solid-js'
import { Overlays } from './actions/overlays.tsx'
import { startShortcuts } from './actions/shortcuts.ts'
import { noteDecision } from './approvals/decisions.ts'
import { mayCall, MosaicContext } from './app-context.ts'
import { createFleet } from './fleet/fleet-store.ts'
import { announceChanges } from './fleet/announce-changes.ts'
import { gateway } from './gateway.ts'
import type { Pages } from './page.ts'
import { StandingActions } from './palette/standing-actions.tsx'
import { Announcer } from './ui/announce.tsx'
import { Tips } from './ui/tip.tsx'
import { Toasts } from './ui/toast.tsx'

const refreshAfterMs = 400

/** The signed-in page: one connection, one fleet, and what lies over every route. */
export function Shell(props: { operator: OperatorView; pages: Pages; children: JSX.Element }) {
  const queries = useQueryClient()
  const live = gateway.connect()
  const [connection, setConnection] = createSignal<ConnectionState>(live.state)
  const [lostAt, setLostAt] = createSignal<number | null>(null)

  // The numbers come from a read model; a burst of events asks for them once.
  let timer: number | undefined
  const refreshNumbers = () => {
    timer ??= window.setTimeout(() => {
      timer = undefined
      void queries.invalidateQueries({ queryKey: ['dashboard'] })
    }, refreshAfterMs)
  }

  const fleet = createFleet(live, (event) => {
    refreshNumbers()
    announceChanges(fleet, event)
    noteDecision(event)
  })

  onMount(() => {
    const stopShortcuts = startShortcuts()
    const retry = () => live.retry()
    addEventListener('online', retry)
    document.addEventListener('visibilitychange', retry)
    const stop = live.onState((state) => {
      setConnection(state)
      setLostAt(state === 'lost' ? (lostAt() ?? systemClock.now().getTime()) : null)
      // A refused upgrade looks like a lost connection: asking who is signed in tells them apart.
      void queries.invalidateQueries({ queryKey: state === 'open' ? ['dashboard'] : ['me'] })
      void queries.invalidateQueries({ queryKey: ['status'] })
    })
    onCleanup(() => {
      stop()
      stopShortcuts()
      removeEventListener('online', retry)
      document.removeEventListener('visibilitychange', retry)
    })
  })
  onCleanup(() => {
    clearTimeout(timer)
    live.close()
  })

  return (
    <MosaicContext.Provider
      value={{
        get operator() {
          return props.operator
        },
        may: (needed) => mayCall(props.operator, needed),
        pages: props.pages,
        live,
        connection,
        lostAt,
        fleet,
      }}
    >
      <StandingActions />
      {props.children}
      <Overlays />
      <Announcer />
      <Toasts />
      <Tips />
    </MosaicContext.Provider>
  )
}
