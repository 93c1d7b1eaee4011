import { useSearchParams } from '@solidjs/router'
import { createMemo, createSignal } from 'solid-js'
import { useMosaic } from '../app-context.ts'
import { type Shown, treeRows } from '../fleet/tree.ts'

const shownValues: readonly Shown[] = ['all', 'live', 'waiting', 'ended']

/** Which agents the roster lists and which one is selected. In the address, so that a view can be sent to someone. */
export function createRoster() {
  const { fleet } = useMosaic()
  const [query, setQuery] = useSearchParams<{ agent?: string; q?: string; show?: string }>()
  const [collapsed, setCollapsed] = createSignal<ReadonlySet<string>>(new Set())
  const text = () => String(query.q ?? '')
  const show = () => shownValues.find((value) => value === query.show) ?? 'all'
  const rows = createMemo(() => treeRows(fleet.all(), { text: text(), show: show() }, collapsed()))
  const selected = () => (typeof query.agent === 'string' ? query.agent : null)
  const select = (sessionId: string) => setQuery({ agent: sessionId }, { replace: true, scroll: false })

  return {
    rows,
    text,
    show,
    selected,
    select,
    filter: (next: { text?: string; show?: Shown }) =>
      setQuery(
        {
          q: (next.text ?? text()) || undefined,
          show: (next.show ?? show()) === 'all' ? undefined : (next.show ?? show()),
        },
        { replace: true, scroll: false },
      ),
    toggle: (sessionId: string) => {
      const next = new Set(collapsed())
      if (!next.delete(sessionId)) next.add(sessionId)
      setCollapsed(next)
    },
    step: (by: 1 | -1) => {
      const ids = rows().map(({ sessionId }) => sessionId)
      const at = ids.indexOf(selected() ?? '')
      const next = ids[Math.min(Math.max(0, at < 0 ? 0 : at + by), ids.length - 1)]
      if (next !== undefined) select(next)
    },
  }
}
export type RosterState = ReturnType<typeof createRoster>
