import { gatewayRoutes } from '@mosaic/contracts/http'
import { For, onCleanup, onMount, Show } from 'solid-js'
import { open } from '../actions/overlay.ts'
import { useMosaic } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/copy.tsx'
import { AddPanel } from './add-panel.tsx'
import { Panel } from './panel.tsx'
import type { Panels } from './panels.ts'

type Props = {
  panels: Panels
  onRoom: (room: { width: number; height: number }) => void
  selected: string | null
  onSelect: (sessionId: string) => void
  bargeInto: string | null
  onBargeIn: (sessionId: string | null) => void
  onShow: (sessionId: string) => void
}

/** The agents' panels. On a phone there is only the roster: a panel opens as a page of its own. */
export function PanelGrid(props: Props) {
  let room!: HTMLDivElement
  const { fleet } = useMosaic()
  onMount(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect
      if (width > 0) props.onRoom({ width, height })
    })
    observer.observe(room)
    onCleanup(() => observer.disconnect())
  })
  const ids = () => props.panels.panels().map(({ sessionId }) => sessionId)
  return (
    <div ref={(element) => (room = element)} class="hidden min-w-0 flex-1 flex-col overflow-y-auto p-2 md:flex">
      <Show when={props.panels.hidden().length > 0 && ids().length > 0}>
        <AddPanel panels={props.panels} />
      </Show>
      <Show when={ids().length > 0} fallback={<NoPanels ready={props.panels.ready()} panels={props.panels} />}>
        <div
          class="grid min-h-0 flex-1 auto-rows-[minmax(248px,1fr)] grid-flow-dense gap-2"
          style={{
            'grid-template-columns': `repeat(${props.panels.columns()}, minmax(0, 1fr))`,
          }}
        >
          <For each={ids()}>
            {(sessionId, index) => (
              <Show when={fleet.sessions[sessionId]}>
                {(session) => (
                  <Panel
                    session={session()}
                    index={index()}
                    panels={props.panels}
                    selected={props.selected === sessionId}
                    onSelect={() => props.onSelect(sessionId)}
                    bargingIn={props.bargeInto === sessionId}
                    onBargeIn={(on) => props.onBargeIn(on ? sessionId : null)}
                  />
                )}
              </Show>
            )}
          </For>
        </div>
      </Show>
    </div>
  )
}

function NoPanels(props: { ready: boolean; panels: Panels }) {
  const { fleet, may } = useMosaic()
  return (
    <Show
      when={props.ready}
      fallback={
        <div class="grid flex-1 grid-cols-2 gap-2" aria-hidden="true">
          <div class="row-span-2 rounded-md border border-line bg-surface" />
          <div class="rounded-md border border-line bg-surface" />
          <div class="rounded-md border border-line bg-surface" />
        </div>
      }
    >
      <div class="m-auto flex max-w-md flex-col items-center gap-3 p-6 text-center">
        <Show
          when={fleet.all().length > 0}
          fallback={
            <>
              <h2 class="text-md font-semibold">Put the first agent to work</h2>
              <p class="text-muted">
                An agent gets a task, a branch of its own and a sandbox. You see here what it says and does, and you can
                speak to it or stop it at any moment.
              </p>
              <Show when={may(gatewayRoutes.spawn)}>
                <Button variant="primary" onClick={() => open({ kind: 'spawn' })}>
                  Spawn an agent
                </Button>
                <div class="w-full text-left">
                  <Command
                    command="./mosaic agent spawn --repo . --branch main --task 'make the tests pass' --follow"
                    what="the command"
                  />
                </div>
              </Show>
            </>
          }
        >
          <h2 class="text-md font-semibold">No panel is open</h2>
          <p class="text-muted">Choose an agent from the roster, or let the console choose.</p>
          <Button onClick={() => props.panels.reset()}>Choose for me</Button>
        </Show>
      </div>
    </Show>
  )
}
