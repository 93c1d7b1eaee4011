import { useNavigate } from '@solidjs/router'
import { DropdownMenu } from '@kobalte/core/dropdown-menu'
import type { SessionView } from '@mosaic/contracts/agent-session'
import Ellipsis from 'lucide-solid/icons/ellipsis'
import { For, Show } from 'solid-js'
import { open } from '../actions/overlay.ts'
import { useSteering } from '../actions/steering.ts'
import type { Panels } from './panels.ts'

type Item = { name: string; run: () => void; off?: boolean }

/** Everything that can be done to a panel, for keyboards and for panels too narrow for buttons. */
export function PanelMenu(props: { session: SessionView; panels: Panels }) {
  const navigate = useNavigate()
  const { canEnd } = useSteering()
  const id = () => props.session.sessionId
  const place = () => props.panels.panels().find(({ sessionId }) => sessionId === id())
  const index = () => props.panels.panels().findIndex(({ sessionId }) => sessionId === id())
  const groups = (): Item[][] => [
    [
      { name: 'Full screen', run: () => navigate(`/sessions/${id()}`) },
      { name: 'Terminate…', run: () => open({ kind: 'terminate', sessionId: id() }), off: !canEnd(props.session) },
    ],
    [
      { name: 'Move left', run: () => props.panels.moveBy(id(), -1), off: index() <= 0 },
      { name: 'Move right', run: () => props.panels.moveBy(id(), 1), off: index() >= props.panels.panels().length - 1 },
      {
        name: 'Wider',
        run: () => props.panels.resize(id(), { columns: 1 }),
        off: (place()?.columns ?? 1) >= props.panels.columns(),
      },
      { name: 'Narrower', run: () => props.panels.resize(id(), { columns: -1 }), off: place()?.columns === 1 },
      { name: 'Taller', run: () => props.panels.resize(id(), { rows: 1 }), off: place()?.rows === 4 },
      { name: 'Flatter', run: () => props.panels.resize(id(), { rows: -1 }), off: place()?.rows === 1 },
    ],
    [
      {
        name: 'More columns',
        run: () => props.panels.setColumns(props.panels.columns() + 1),
        off: props.panels.columns() >= 6,
      },
      {
        name: 'Fewer columns',
        run: () => props.panels.setColumns(props.panels.columns() - 1),
        off: props.panels.columns() <= 1,
      },
      { name: 'Reset layout', run: props.panels.reset, off: props.panels.isAutomatic() },
    ],
    [{ name: 'Remove panel', run: () => props.panels.remove(id()) }],
  ]
  return (
    <DropdownMenu modal={false}>
      <DropdownMenu.Trigger
        aria-label={`More for ${props.session.name}`}
        data-tip="More"
        class="inline-flex size-6 items-center justify-center rounded-xs text-faint hover:bg-hover hover:text-ink"
      >
        <Ellipsis size={14} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal mount={document.querySelector('main') ?? document.body}>
        <DropdownMenu.Content class="animate-enter z-30 min-w-40 rounded-md border border-line-strong bg-overlay p-1 text-sm shadow-overlay outline-none">
          <For each={groups()}>
            {(items, at) => (
              <>
                <Show when={at() > 0}>
                  <DropdownMenu.Separator class="my-1 border-line" />
                </Show>
                <For each={items}>
                  {(item) => (
                    <DropdownMenu.Item
                      disabled={item.off ?? false}
                      onSelect={() => item.run()}
                      class="flex h-7 cursor-pointer items-center rounded-xs px-2 outline-none data-disabled:cursor-default data-disabled:opacity-40 data-highlighted:bg-hover"
                    >
                      {item.name}
                    </DropdownMenu.Item>
                  )}
                </For>
              </>
            )}
          </For>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  )
}
