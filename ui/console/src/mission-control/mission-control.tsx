import { useNavigate } from '@solidjs/router'
import type { SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { createSignal, onCleanup, onMount, Show } from 'solid-js'
import { open } from '../actions/overlay.ts'
import { type Action, offerActions } from '../actions/registry.ts'
import { useSteering } from '../actions/steering.ts'
import { useMosaic } from '../app-context.ts'
import { Banners } from '../banners/banners.tsx'
import { Header } from '../header/header.tsx'
import { setPageActions } from '../palette/page-actions.ts'
import { createPreference } from '../ui/preference.ts'
import { PanelGrid } from './panel-grid.tsx'
import { createPanels } from './panels.ts'
import { Roster } from './roster.tsx'
import { createRoster } from './roster-state.ts'

export default function MissionControl() {
  const { fleet, may } = useMosaic()
  const { canEnd, canSpeak, togglePause } = useSteering()
  const navigate = useNavigate()
  const [room, setRoom] = createSignal({ width: 1152, height: 800 })
  const [roster, setRoster] = createPreference('roster', ['open', 'closed'])
  const [bargeInto, setBargeInto] = createSignal<string | null>(null)
  const panels = createPanels(room)
  const rows = createRoster()
  const toggleRoster = () => setRoster(roster() === 'open' ? 'closed' : 'open')
  const filterRoster = () => {
    setRoster('open')
    document.getElementById('roster-filter')?.focus()
  }
  const selected = () => {
    const id = rows.selected()
    return id === null ? undefined : fleet.sessions[id]
  }

  /** Shows an agent: its panel where there is room for panels, its own page on a phone. */
  function show(sessionId: string): void {
    rows.select(sessionId)
    if (matchMedia('(width < 768px)').matches) navigate(`/sessions/${sessionId}`)
    else panels.add(sessionId)
    document.getElementById(`panel-${sessionId}`)?.scrollIntoView({ block: 'nearest' })
  }

  const bargeIn = (sessionId: string) => {
    show(sessionId)
    setBargeInto(sessionId)
  }

  const withSelected = (act: (session: SessionView) => void) => () => {
    const session = selected()
    if (session) act(session)
  }
  const steering: readonly Action[] = [
    {
      name: 'Barge in on the selected agent',
      keys: ['b'],
      keysOnly: true,
      run: withSelected((session) => canSpeak(session) && bargeIn(session.sessionId)),
    },
    { name: 'Pause or resume the selected agent', keys: ['p'], keysOnly: true, run: withSelected(togglePause) },
    {
      name: 'Kill the selected agent',
      keys: ['x'],
      keysOnly: true,
      run: withSelected((session) => canEnd(session) && open({ kind: 'kill', sessionId: session.sessionId })),
    },
  ]
  offerActions(() => [
    { name: 'Select the next agent', keys: ['j'], keysOnly: true, run: () => rows.step(1) },
    { name: 'Select the previous agent', keys: ['k'], keysOnly: true, run: () => rows.step(-1) },
    {
      name: 'Open the selected agent',
      keys: ['Enter'],
      keysOnly: true,
      run: withSelected(({ sessionId }) => show(sessionId)),
    },
    ...(may(gatewayRoutes.kill) ? steering : []),
    { name: 'Filter the roster', keys: ['/'], run: filterRoster },
    { name: 'Show or hide the roster', keys: ['r'], run: toggleRoster },
    { name: 'Reset the panel layout', run: panels.reset },
  ])
  onMount(() => onCleanup(setPageActions({ show, bargeIn })))

  return (
    <div class="flex h-full flex-col">
      <Header roster={{ open: roster() === 'open', toggle: toggleRoster }} />
      <Banners />
      <main aria-label="Panels" class="flex min-h-0 flex-1">
        <Show when={roster() === 'open'}>
          <Roster roster={rows} onShow={show} />
        </Show>
        <PanelGrid
          panels={panels}
          onRoom={setRoom}
          selected={rows.selected()}
          onSelect={rows.select}
          bargeInto={bargeInto()}
          onBargeIn={setBargeInto}
          onShow={show}
        />
      </main>
    </div>
  )
}
