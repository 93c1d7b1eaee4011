import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { ConsoleLayout } from '@mosaic/contracts/operator'
import { createEffect, createMemo, createSignal, onCleanup, untrack } from 'solid-js'
import { gateway } from '../gateway.ts'
import { useMosaic } from '../app-context.ts'
import { notifyFailure } from '../ui/toast.tsx'
import { type Choosable, choosePanels, columnsFor, evenly, moved, type PanelPlace, resized } from './layout.ts'

const saveAfterMs = 500
const automatic: ConsoleLayout = { panels: [], columns: null }

/** The panels on the page: what the operator arranged (kept on the server), or what the console chooses. */
export function createPanels(room: () => { width: number; height: number }) {
  const { fleet, may } = useMosaic()
  const [layout, setLayout] = createSignal<ConsoleLayout | null>(null)
  const [chosen, setChosen] = createSignal<string[]>([])
  let timer: number | undefined
  onCleanup(() => clearTimeout(timer))

  gateway.call(gatewayRoutes.layout).then(setLayout, (error: unknown) => {
    setLayout(automatic)
    notifyFailure('Your panel layout could not be loaded', error)
  })

  const isAutomatic = () => (layout()?.panels.length ?? 0) === 0
  const arranged = createMemo(() => (layout()?.panels ?? []).filter(({ sessionId }) => fleet.sessions[sessionId]))
  createEffect(() => {
    if (fleet.loading() === 'loading' || layout() === null || !isAutomatic()) return
    const next = choosePanels(fleet.all().map(choosable), untrack(chosen))
    if (next.join() !== untrack(chosen).join()) setChosen(next)
  })

  const count = () => (isAutomatic() ? chosen().length : arranged().length)
  const columns = () => layout()?.columns ?? columnsFor(count(), room().width, room().height)
  const panels = createMemo((): PanelPlace[] => (isAutomatic() ? evenly(chosen(), columns()) : arranged()))

  function arrange(next: readonly PanelPlace[], gridColumns: number | null = layout()?.columns ?? null): void {
    const changed: ConsoleLayout = { panels: [...next], columns: gridColumns }
    setLayout(changed)
    clearTimeout(timer)
    // Who may only look arranges the panels for as long as the page is open.
    if (may(gatewayRoutes.saveLayout)) timer = window.setTimeout(() => void save(changed), saveAfterMs)
  }

  async function save(changed: ConsoleLayout): Promise<void> {
    try {
      await gateway.call(gatewayRoutes.saveLayout, { body: changed })
    } catch (error) {
      notifyFailure('Your panel layout was not saved', error)
    }
  }

  const shows = (sessionId: string) => panels().some((panel) => panel.sessionId === sessionId)

  return {
    panels,
    columns,
    isAutomatic,
    ready: () => layout() !== null && fleet.loading() !== 'loading',
    shows,
    /** Live sessions without a panel. */
    hidden: () => fleet.all().filter(({ sessionId, status }) => !hasEnded(status) && !shows(sessionId)),
    add: (...sessionIds: string[]) => {
      const fresh = sessionIds.filter((id) => !shows(id))
      if (fresh.length > 0) arrange([...panels(), ...fresh.map((sessionId) => ({ sessionId, columns: 1, rows: 1 }))])
    },
    remove: (sessionId: string) => {
      setChosen(chosen().filter((id) => id !== sessionId))
      arrange(panels().filter((panel) => panel.sessionId !== sessionId))
    },
    moveTo: (sessionId: string, index: number) => arrange(moved(panels(), sessionId, index)),
    moveBy: (sessionId: string, by: number) =>
      arrange(moved(panels(), sessionId, panels().findIndex((panel) => panel.sessionId === sessionId) + by)),
    resize: (sessionId: string, by: { columns?: number; rows?: number }) =>
      arrange(resized(panels(), sessionId, by, columns())),
    setColumns: (value: number | null) => arrange(panels(), value),
    reset: () => {
      setChosen([])
      arrange([], null)
    },
  }
}
export type Panels = ReturnType<typeof createPanels>

// Only these fields are read, so that the choice is made again when one of them changes and not for every word.
const choosable = ({ sessionId, parentSessionId, missionId, status, requestedAt }: SessionView): Choosable => ({
  sessionId,
  parentSessionId,
  missionId,
  status,
  requestedAt,
})
