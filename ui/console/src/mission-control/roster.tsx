import { gatewayRoutes } from '@mosaic/contracts/http'
import Search from 'lucide-solid/icons/search'
import { createEffect, createMemo, For, Match, on, Show, Switch } from 'solid-js'
import { open } from '../actions/overlay.ts'
import { sentenceOf } from '../sentence-of.ts'
import { useMosaic } from '../app-context.ts'
import { type Shown } from '../fleet/tree.ts'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/copy.tsx'
import { RosterRow } from './roster-row.tsx'
import type { RosterState } from './roster-state.ts'

const filters: readonly { show: Shown; word: string }[] = [
  { show: 'all', word: 'All' },
  { show: 'waiting', word: 'Needs input' },
  { show: 'live', word: 'Live' },
  { show: 'ended', word: 'Ended' },
]

/** Every agent of the workspace as a tree, with what can be done to it. */
export function Roster(props: { roster: RosterState; onShow: (sessionId: string) => void }) {
  return (
    <nav aria-label="Agents" class="flex w-full min-w-0 shrink-0 flex-col border-r border-line bg-surface md:w-72">
      <div class="flex shrink-0 flex-col gap-2 border-b border-line p-2">
        <label class="flex h-7 items-center gap-2 rounded-sm border border-line bg-bg px-2 focus-within:border-accent">
          <Search size={13} class="shrink-0 text-faint" />
          <input
            id="roster-filter"
            type="search"
            aria-label="Filter agents"
            placeholder="Filter agents"
            value={props.roster.text()}
            onInput={(event) => props.roster.filter({ text: event.currentTarget.value })}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
            class="min-w-0 flex-1 bg-transparent text-sm outline-none"
          />
          <kbd class="hidden md:inline-block">/</kbd>
        </label>
        <div class="flex gap-1" role="group" aria-label="Show">
          <For each={filters}>
            {({ show, word }) => (
              <button
                type="button"
                aria-pressed={props.roster.show() === show}
                onClick={() => props.roster.filter({ show })}
                class="h-6 rounded-xs px-2 text-xs font-medium text-faint hover:bg-hover hover:text-ink aria-pressed:bg-hover aria-pressed:text-ink"
              >
                {word}
              </button>
            )}
          </For>
        </div>
      </div>
      <RosterTree {...props} />
    </nav>
  )
}

function RosterTree(props: { roster: RosterState; onShow: (sessionId: string) => void }) {
  let tree!: HTMLDivElement
  const { fleet, may } = useMosaic()
  const ids = () => props.roster.rows().map(({ sessionId }) => sessionId)
  const places = createMemo(() => new Map(props.roster.rows().map((row) => [row.sessionId, row])))
  createEffect(
    on(props.roster.selected, (selected) => {
      document.getElementById(`agent-${selected}`)?.scrollIntoView({ block: 'nearest' })
    }),
  )
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key] as 1 | -1 | undefined
    if (by === undefined || !(event.target instanceof HTMLElement) || !tree.contains(event.target)) return
    event.preventDefault()
    props.roster.step(by)
  }

  return (
    <Switch>
      <Match when={ids().length > 0}>
        <div
          ref={(element) => (tree = element)}
          role="treegrid"
          aria-label="Agents by parent"
          tabindex="0"
          aria-activedescendant={props.roster.selected() ? `agent-${props.roster.selected()}` : undefined}
          onKeyDown={onKeyDown}
          class="min-h-0 flex-1 overflow-y-auto py-1 outline-offset-[-2px]"
        >
          <For each={ids()}>
            {(sessionId) => (
              <Show when={places().get(sessionId)}>
                {(row) => (
                  <Show when={fleet.sessions[sessionId]}>
                    {(session) => (
                      <RosterRow
                        row={row()}
                        session={session()}
                        selected={props.roster.selected() === sessionId}
                        onShow={() => props.onShow(sessionId)}
                        onToggle={() => props.roster.toggle(sessionId)}
                      />
                    )}
                  </Show>
                )}
              </Show>
            )}
          </For>
        </div>
      </Match>
      <Match when={fleet.loading() === 'loading'}>
        <div class="flex flex-col gap-4 p-3" aria-hidden="true">
          <For each={['w-2/3', 'w-4/5', 'w-1/2']}>
            {(width) => (
              <div class="flex flex-col gap-2">
                <div class={`skeleton h-3 ${width}`} />
                <div class="skeleton h-2.5 w-11/12" />
              </div>
            )}
          </For>
        </div>
      </Match>
      <Match when={fleet.loading() === 'failed'}>
        <div role="alert" class="flex flex-col items-start gap-2 p-3 text-muted">
          <p>The agents could not be loaded. {sentenceOf(fleet.failure())}</p>
          <Button size="sm" onClick={() => void fleet.reload()}>
            Try again
          </Button>
        </div>
      </Match>
      <Match when={props.roster.text() !== '' || props.roster.show() !== 'all'}>
        <div class="flex flex-col items-start gap-2 p-3 text-muted">
          <p>No agent matches this filter.</p>
          <Button size="sm" onClick={() => props.roster.filter({ text: '', show: 'all' })}>
            Clear the filter
          </Button>
        </div>
      </Match>
      <Match when={true}>
        <div class="flex flex-col items-start gap-3 p-3 text-muted">
          <p>No agent has run here yet.</p>
          <Show when={may(gatewayRoutes.spawn)}>
            <p>Spawn the first one here or from a terminal.</p>
            <Button size="sm" variant="primary" onClick={() => open({ kind: 'spawn' })}>
              Spawn an agent
            </Button>
            <div class="w-full">
              <Command command="./mosaic agent spawn --repo . --task '…'" what="the command" />
            </div>
          </Show>
        </div>
      </Match>
    </Switch>
  )
}
