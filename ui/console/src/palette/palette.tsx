import { useNavigate } from '@solidjs/router'
import { Dialog as Base } from '@kobalte/core/dialog'
import Search from 'lucide-solid/icons/search'
import { createEffect, createMemo, createSignal, For, on, Show } from 'solid-js'
import { overlay } from '../actions/overlay.ts'
import { type Action, offeredActions } from '../actions/registry.ts'
import { useSteering } from '../actions/steering.ts'
import { useMosaic } from '../app-context.ts'
import { agentActions } from './agent-actions.ts'
import { rank } from './match.ts'

const most = 50

export default function Palette(props: { onClose: () => void }) {
  const navigate = useNavigate()
  const { fleet } = useMosaic()
  const steering = useSteering()
  const [query, setQuery] = createSignal('')
  const [at, setAt] = createSignal(0)
  const found = createMemo(() =>
    [...offeredActions().filter(({ keysOnly }) => !keysOnly), ...agentActions(fleet, steering, navigate)]
      .flatMap((action) => {
        const score = rank(action.name, query())
        return score === null ? [] : [{ action, score }]
      })
      .toSorted((a, b) => a.score - b.score)
      .slice(0, most)
      .map(({ action }) => action),
  )
  createEffect(on(query, () => setAt(0)))

  const run = (action: Action | undefined) => {
    if (!action) return
    const before = overlay()
    action.run()
    if (overlay() === before) props.onClose()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by !== undefined) setAt((at() + by + found().length) % Math.max(found().length, 1))
    else if (event.key === 'Enter') run(found()[at()])
    else return
    event.preventDefault()
    document.getElementById(`action-${at()}`)?.scrollIntoView({ block: 'nearest' })
  }

  return (
    <Base open onOpenChange={(open) => !open && props.onClose()}>
      <Base.Portal>
        <Base.Overlay class="fixed inset-0 z-40 bg-scrim" />
        <Base.Content
          aria-label="Commands"
          class="animate-enter fixed inset-x-0 top-[14vh] z-40 mx-auto flex max-h-[60vh] w-[min(560px,calc(100vw-24px))] flex-col overflow-hidden rounded-lg border border-line-strong bg-overlay shadow-overlay outline-none"
        >
          <label class="flex h-11 shrink-0 items-center gap-2.5 border-b border-line px-4">
            <Search size={15} class="text-faint" />
            <input
              role="combobox"
              aria-label="Command"
              aria-expanded="true"
              aria-controls="actions"
              aria-activedescendant={found().length > 0 ? `action-${at()}` : undefined}
              autocomplete="off"
              placeholder="What do you want to do?"
              value={query()}
              onInput={(event) => setQuery(event.currentTarget.value)}
              onKeyDown={onKeyDown}
              class="min-w-0 flex-1 bg-transparent text-md outline-none"
            />
            <kbd>esc</kbd>
          </label>
          <ul id="actions" role="listbox" aria-label="Commands" class="min-h-0 flex-1 overflow-y-auto p-1.5">
            <For each={found()}>
              {(action, index) => (
                <li
                  id={`action-${index()}`}
                  role="option"
                  aria-selected={index() === at()}
                  onPointerMove={() => setAt(index())}
                  onClick={() => run(action)}
                  class="flex h-8 cursor-pointer items-center gap-3 rounded-sm px-2.5 aria-selected:bg-hover"
                >
                  <span class="shrink-0">{action.name}</span>
                  <span class="min-w-0 flex-1 truncate text-xs text-faint">{action.hint}</span>
                  <For each={action.keys}>{(key) => <kbd>{key}</kbd>}</For>
                </li>
              )}
            </For>
          </ul>
          <Show when={found().length === 0}>
            <p class="px-4 pb-4 text-muted">No command has these words.</p>
          </Show>
        </Base.Content>
      </Base.Portal>
    </Base>
  )
}
