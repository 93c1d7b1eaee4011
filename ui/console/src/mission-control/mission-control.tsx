import { useNavigate } from '@solidjs/router'
import { createSignal, onCleanup, onMount, Show } from 'solid-js'
import { canSteer, togglePause } from '../actions/commands.ts'
import { open } from '../actions/overlay.ts'
import { onKeys } from '../actions/shortcuts.ts'
import { useMosaic } from '../app-context.ts'
import { Banners } from '../banners/banners.tsx'
import { Header } from '../header/header.tsx'
import { setPageActions } from '../palette/page-actions.ts'
import { createPreference } from '../ui/preference.ts'
import { PanelGrid } from './panel-grid.tsx'
import { createPanels } from './panels.ts'
import { Roster } from './roster.tsx'
import { createRoster } from './roster-state.ts'

export function MissionControl() {
  const { fleet } = useMosaic()
  const navigate = useNavigate()
  const [room, setRoom] = createSignal({ width: 1152, height: 800 })
  const [roster, setRoster] = createPreference('roster', ['open', 'closed'])
  const [bargeInto, setBargeInto] = createSignal<string | null>(null)
  const panels = createPanels(room)
  const rows = createRoster()
  const toggleRoster = () => setRoster(roster() === 'open' ? 'closed' : 'open')
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

  onMount(() => {
    document.title = 'Mission Control · Mosaic'
    const withSelected = (act: (session: NonNullable<ReturnType<typeof selected>>) => void) => () => {
      const session = selected()
      if (session) act(session)
    }
    onCleanup(
      onKeys({
        j: () => rows.step(1),
        k: () => rows.step(-1),
        Enter: withSelected(({ sessionId }) => show(sessionId)),
        b: withSelected((session) => canSteer(session) && bargeIn(session.sessionId)),
        p: withSelected(togglePause),
        x: withSelected((session) => canSteer(session) && open({ kind: 'kill', sessionId: session.sessionId })),
        '/': () => document.getElementById('roster-filter')?.focus(),
        r: toggleRoster,
      }),
    )
    onCleanup(
      setPageActions({
        show,
        bargeIn,
        others: [
          { name: 'Show or hide the roster', key: 'r', run: toggleRoster },
          { name: 'Reset the panel layout', run: panels.reset },
        ],
      }),
    )
  })

  return (
    <div class="flex h-full flex-col">
      <Header onToggleRoster={toggleRoster} rosterOpen={roster() === 'open'} />
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
