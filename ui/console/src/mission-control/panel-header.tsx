import { useNavigate } from '@solidjs/router'
import type { SessionView } from '@mosaic/contracts/agent-session'
import CircleStop from 'lucide-solid/icons/circle-stop'
import Maximize from 'lucide-solid/icons/maximize-2'
import OctagonX from 'lucide-solid/icons/octagon-x'
import Pause from 'lucide-solid/icons/pause'
import Play from 'lucide-solid/icons/play'
import Users from 'lucide-solid/icons/users'
import X from 'lucide-solid/icons/x'
import Zap from 'lucide-solid/icons/zap'
import { Show } from 'solid-js'
import { open } from '../actions/overlay.ts'
import { useSteering } from '../actions/steering.ts'
import { useMosaic } from '../app-context.ts'
import { hasDraft } from '../conversation/drafts.ts'
import { AgentBadge, LineBadge, SandboxBadge, StaleBadge } from '../ui/badge.tsx'
import { IconButton } from '../ui/button.tsx'
import { Elapsed } from '../ui/elapsed.tsx'
import { StatusBadge } from '../ui/status.tsx'
import { dragType } from './drag.ts'
import { PanelMenu } from './panel-menu.tsx'
import type { Panels } from './panels.ts'

type Props = { session: SessionView; panels: Panels; bargingIn: boolean; onBargeIn: () => void }

/** The same height in every panel, so that twenty of them align. Narrow panels leave the rest to the menu. */
export function PanelHeader(props: Props) {
  const { fleet } = useMosaic()
  const navigate = useNavigate()
  const { canEnd, canPause, canResume, canSpeak, togglePause } = useSteering()
  const name = () => props.session.name
  const children = () => fleet.all().filter(({ parentSessionId }) => parentSessionId === props.session.sessionId).length
  const ask = (kind: 'kill' | 'terminate') => open({ kind, sessionId: props.session.sessionId })
  return (
    <header
      draggable="true"
      onDragStart={(event) => event.dataTransfer?.setData(dragType, props.session.sessionId)}
      class="flex h-9 shrink-0 cursor-grab items-center gap-2 border-b border-line pr-1.5 pl-3 active:cursor-grabbing"
    >
      <h2 class="min-w-0 truncate text-sm font-semibold" title={props.session.task}>
        {name()}
      </h2>
      <StatusBadge session={props.session} />
      <LineBadge session={props.session} />
      <span class="contents @max-[380px]:hidden">
        <StaleBadge session={props.session} />
      </span>
      <span class="flex min-w-0 items-center gap-2 overflow-hidden text-xs text-faint @max-[440px]:hidden">
        <span>{props.session.agentType}</span>
        <Show when={props.session.runtime !== 'internal'}>
          <AgentBadge session={props.session} />
        </Show>
        <Show when={children() > 0}>
          <span class="inline-flex items-center gap-1" data-tip="Agents it spawned">
            <Users size={11} />
            {children()}
            <span class="sr-only">sub-agents</span>
          </span>
        </Show>
        <span class="@max-[540px]:hidden">
          <SandboxBadge session={props.session} />
        </span>
      </span>
      <span class="flex-1" />
      <span class="@max-[340px]:hidden">
        <Elapsed session={props.session} />
      </span>
      <div class="flex items-center">
        <Show when={canEnd(props.session)}>
          <IconButton
            label={`Barge in on ${name()}`}
            tip={
              hasDraft(props.session.sessionId) ? 'Barge in: go on with your draft' : 'Barge in: say something to it'
            }
            aria-pressed={props.bargingIn}
            disabled={!canSpeak(props.session)}
            onClick={() => props.onBargeIn()}
          >
            <Zap size={14} class={hasDraft(props.session.sessionId) ? 'fill-accent text-accent' : ''} />
          </IconButton>
          <IconButton
            label={`${canResume(props.session) || props.session.status === 'paused' ? 'Resume' : 'Pause'} ${name()}`}
            disabled={!canPause(props.session) && !canResume(props.session)}
            onClick={() => togglePause(props.session)}
          >
            <Show when={props.session.status === 'paused'} fallback={<Pause size={14} />}>
              <Play size={14} />
            </Show>
          </IconButton>
          <IconButton
            label={`Terminate ${name()}`}
            tip="Terminate: finish the current step, then stop"
            class="@max-[380px]:hidden"
            onClick={() => ask('terminate')}
          >
            <CircleStop size={14} />
          </IconButton>
          <IconButton label={`Kill ${name()}`} tone="danger" onClick={() => ask('kill')}>
            <OctagonX size={14} />
          </IconButton>
        </Show>
        <IconButton
          label={`Expand ${name()}`}
          tip="Full screen"
          class="@max-[380px]:hidden"
          onClick={() => navigate(`/sessions/${props.session.sessionId}`)}
        >
          <Maximize size={13} />
        </IconButton>
        <PanelMenu session={props.session} panels={props.panels} />
        <IconButton
          label={`Remove panel ${name()}`}
          tip="Remove the panel. The agent goes on."
          class="@max-[420px]:hidden"
          onClick={() => props.panels.remove(props.session.sessionId)}
        >
          <X size={14} />
        </IconButton>
      </div>
    </header>
  )
}
