import type { SessionView } from '@mosaic/contracts/agent-session'
import ChevronRight from 'lucide-solid/icons/chevron-right'
import OctagonX from 'lucide-solid/icons/octagon-x'
import Pause from 'lucide-solid/icons/pause'
import Play from 'lucide-solid/icons/play'
import { Show } from 'solid-js'
import { open } from '../actions/overlay.ts'
import { useSteering } from '../actions/steering.ts'
import type { TreeRow } from '../fleet/tree.ts'
import { AgentBadge, isStale, LineBadge, SandboxBadge, StaleBadge } from '../ui/badge.tsx'
import { IconButton } from '../ui/button.tsx'
import { Elapsed } from '../ui/elapsed.tsx'
import { now } from '../time/now.ts'
import { StatusBadge } from '../ui/status.tsx'
import { wordOf } from '../ui/status-words.ts'

type Props = { row: TreeRow; session: SessionView; selected: boolean; onShow: () => void; onToggle: () => void }

export function RosterRow(props: Props) {
  const { canEnd, canPause, canResume, togglePause } = useSteering()
  const name = () => props.session.name
  return (
    <div
      id={`agent-${props.session.sessionId}`}
      role="row"
      aria-label={`${name()}, ${wordOf(props.session, now())}${isStale(props.session) ? ', stale' : ''}`}
      aria-level={props.row.level}
      aria-setsize={props.row.setSize}
      aria-posinset={props.row.positionInSet}
      aria-selected={props.selected}
      aria-expanded={props.row.children > 0 ? props.row.expanded : undefined}
      onClick={() => props.onShow()}
      class={`group relative cursor-pointer [contain-intrinsic-size:auto_76px] [content-visibility:auto] border-l-2 py-1.5 pr-2 hover:bg-hover ${props.selected ? 'border-accent bg-accent-soft' : 'border-transparent'}`}
      style={{ 'padding-left': `${6 + (props.row.level - 1) * 16}px` }}
    >
      <div role="gridcell">
        <div class="flex h-5 items-center gap-1">
          <Show when={props.row.children > 0} fallback={<span class="w-4 shrink-0" />}>
            <button
              type="button"
              tabindex="-1"
              aria-label={`${props.row.expanded ? 'Fold' : 'Unfold'} ${name()}`}
              onClick={(event) => {
                event.stopPropagation()
                props.onToggle()
              }}
              class="-my-1 -ml-1 inline-flex h-6 w-5 shrink-0 items-center justify-center rounded-xs text-faint hover:text-ink"
            >
              <ChevronRight size={13} class={`transition-transform ${props.row.expanded ? 'rotate-90' : ''}`} />
            </button>
          </Show>
          <span class="min-w-0 truncate font-medium text-ink">{name()}</span>
          <span class="flex-1" />
          <StatusBadge session={props.session} />
        </div>
        <div class="mt-0.5 truncate pl-4.5 text-xs text-faint">{props.session.task}</div>
        <div class="mt-1 flex h-5 items-center gap-1.5 pl-4.5 text-xs text-faint">
          <AgentBadge session={props.session} />
          <SandboxBadge session={props.session} />
          <LineBadge session={props.session} />
          <StaleBadge session={props.session} />
          <span class="flex-1" />
          <Show when={canEnd(props.session)}>
            <span
              class="flex items-center md:opacity-0 md:group-focus-within:opacity-100 md:group-hover:opacity-100"
              classList={{ 'md:opacity-100': props.selected }}
            >
              <IconButton
                label={`${canResume(props.session) ? 'Resume' : 'Pause'} ${name()}`}
                disabled={!canPause(props.session) && !canResume(props.session)}
                onClick={(event) => {
                  event.stopPropagation()
                  togglePause(props.session)
                }}
              >
                <Show when={props.session.status === 'paused'} fallback={<Pause size={13} />}>
                  <Play size={13} />
                </Show>
              </IconButton>
              <IconButton
                label={`Kill ${name()}`}
                tone="danger"
                onClick={(event) => {
                  event.stopPropagation()
                  open({ kind: 'kill', sessionId: props.session.sessionId })
                }}
              >
                <OctagonX size={13} />
              </IconButton>
            </span>
          </Show>
          <Elapsed session={props.session} />
        </div>
      </div>
    </div>
  )
}
