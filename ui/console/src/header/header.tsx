import { A } from '@solidjs/router'
import { gatewayRoutes } from '@mosaic/contracts/http'
import Command from 'lucide-solid/icons/command'
import OctagonX from 'lucide-solid/icons/octagon-x'
import PanelLeft from 'lucide-solid/icons/panel-left'
import Plus from 'lucide-solid/icons/plus'
import { Show } from 'solid-js'
import { open } from '../actions/overlay.ts'
import { useMosaic } from '../app-context.ts'
import { Mark } from '../sign-in/brand.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { ConnectionState } from './connection-state.tsx'
import { Navigation } from './navigation.tsx'
import { Numbers } from './numbers.tsx'
import { ThemeButton } from './theme-button.tsx'

/** `roster` is given by the page that has one. */
export function Header(props: { roster?: { open: boolean; toggle: () => void } }) {
  const { operator, may, pages } = useMosaic()
  const [home] = pages
  return (
    <header class="shrink-0 border-b border-line bg-surface">
      <div class="flex h-11 items-center gap-2 px-3">
        <A href={home.path} class="flex items-center gap-2 rounded-xs pr-1" aria-label={`Mosaic, ${home.title}`}>
          <Mark size={20} />
          <h1 class="text-sm font-semibold tracking-tight">Mosaic</h1>
        </A>
        <span class="hidden text-line-strong md:inline" aria-hidden="true">
          /
        </span>
        <span class="hidden max-w-40 truncate text-muted md:inline" data-tip="Workspace">
          {operator.workspaceId}
        </span>
        <Show when={operator.role === 'observer'}>
          <span
            class="shrink-0 rounded-xs border border-line-strong px-1.5 text-xs text-muted"
            data-tip="You see everything and change nothing"
          >
            Observer
          </span>
        </Show>
        <Show when={props.roster}>
          {(roster) => (
            <IconButton
              label={roster().open ? 'Hide the roster' : 'Show the roster'}
              aria-pressed={roster().open}
              class="!hidden md:!inline-flex"
              onClick={() => roster().toggle()}
            >
              <PanelLeft size={15} />
            </IconButton>
          )}
        </Show>
        <Navigation />
        <span class="flex-1" />
        <ConnectionState />
        <IconButton label="Commands" tip="Commands ⌘K" onClick={() => open({ kind: 'palette' })}>
          <Command size={15} />
        </IconButton>
        <span class="max-md:hidden">
          <ThemeButton />
        </span>
        <Show when={may(gatewayRoutes.killAll)}>
          <Button variant="secondary" size="sm" class="!h-7" onClick={() => open({ kind: 'kill-all' })}>
            <OctagonX size={13} class="text-failed" />
            Kill all
          </Button>
        </Show>
        <Show when={may(gatewayRoutes.spawn)}>
          <Button variant="primary" size="sm" class="!h-7" onClick={() => open({ kind: 'spawn' })}>
            <Plus size={13} />
            <span class="hidden md:inline">Spawn agent</span>
            <span class="md:hidden">Spawn</span>
          </Button>
        </Show>
      </div>
      <Numbers />
    </header>
  )
}
