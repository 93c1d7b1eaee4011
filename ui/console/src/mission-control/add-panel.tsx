import { For } from 'solid-js'
import { Button } from '../ui/button.tsx'
import { shapeOf, StatusShape } from '../ui/status.tsx'
import type { Panels } from './panels.ts'

const mostNamed = 4

/** Live agents that have no panel: one press shows them. */
export function AddPanel(props: { panels: Panels }) {
  const hidden = () => props.panels.hidden()
  return (
    <div class="mb-2 flex h-8 shrink-0 items-center gap-2 overflow-hidden rounded-md border border-line bg-surface px-2 text-xs text-muted">
      <span class="whitespace-nowrap">{hidden().length} live without a panel</span>
      <For each={hidden().slice(0, mostNamed)}>
        {(session) => (
          <Button
            size="sm"
            aria-label={`Add panel ${session.name}`}
            onClick={() => props.panels.add(session.sessionId)}
          >
            <StatusShape status={shapeOf(session)} />
            <span class="max-w-28 truncate">{session.name}</span>
          </Button>
        )}
      </For>
      <span class="flex-1" />
      <Button size="sm" variant="ghost" onClick={() => props.panels.add(...hidden().map(({ sessionId }) => sessionId))}>
        Show all
      </Button>
    </div>
  )
}
