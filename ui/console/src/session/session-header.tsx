import { A } from '@solidjs/router'
import type { SessionView } from '@mosaic/contracts/agent-session'
import ArrowLeft from 'lucide-solid/icons/arrow-left'
import CircleStop from 'lucide-solid/icons/circle-stop'
import Command from 'lucide-solid/icons/command'
import OctagonX from 'lucide-solid/icons/octagon-x'
import Pause from 'lucide-solid/icons/pause'
import Play from 'lucide-solid/icons/play'
import { Show } from 'solid-js'
import { open } from '../actions/overlay.ts'
import { useSteering } from '../actions/steering.ts'
import { useMosaic } from '../app-context.ts'
import { ConnectionState } from '../header/connection-state.tsx'
import { ThemeButton } from '../header/theme-button.tsx'
import { AgentBadge, LineBadge, StaleBadge } from '../ui/badge.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Elapsed } from '../ui/elapsed.tsx'
import { StatusBadge } from '../ui/status.tsx'

export function SessionHeader(props: { session: SessionView }) {
  const { canEnd, canPause, canResume, togglePause } = useSteering()
  const [home] = useMosaic().pages
  const name = () => props.session.name
  const paused = () => props.session.status === 'paused'
  return (
    <header
      class={`panel-head flex h-12 shrink-0 items-center gap-3 border-b border-line bg-surface px-3 status-${props.session.status}`}
    >
      <A
        href={`${home.path}?agent=${props.session.sessionId}`}
        aria-label={`Back to ${home.title}`}
        data-tip={`Back to ${home.title}`}
        class="inline-flex size-7 shrink-0 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-ink"
      >
        <ArrowLeft size={16} />
      </A>
      <h1 class="min-w-0 truncate text-md font-semibold">{name()}</h1>
      <StatusBadge session={props.session} />
      <LineBadge session={props.session} />
      <StaleBadge session={props.session} />
      <span class="text-xs text-faint max-md:hidden">{props.session.agentType}</span>
      <Show when={props.session.runtime !== 'internal'}>
        <AgentBadge session={props.session} />
      </Show>
      <span class="max-sm:hidden">
        <Elapsed session={props.session} />
      </span>
      <span class="flex-1" />
      <span class="max-md:hidden">
        <ConnectionState />
      </span>
      <span class="flex max-md:hidden">
        <IconButton label="Commands" tip="Commands ⌘K" onClick={() => open({ kind: 'palette' })}>
          <Command size={15} />
        </IconButton>
        <ThemeButton />
      </span>
      <Show when={canEnd(props.session)}>
        <Button
          size="sm"
          class="h-7!"
          aria-label={`${paused() ? 'Resume' : 'Pause'} ${name()}`}
          disabled={!canPause(props.session) && !canResume(props.session)}
          onClick={() => togglePause(props.session)}
        >
          <Show when={paused()} fallback={<Pause size={13} />}>
            <Play size={13} />
          </Show>
          <span class="max-sm:hidden">{paused() ? 'Resume' : 'Pause'}</span>
        </Button>
        <Button
          size="sm"
          class="h-7!"
          aria-label={`Terminate ${name()}`}
          onClick={() => open({ kind: 'terminate', sessionId: props.session.sessionId })}
        >
          <CircleStop size={13} />
          <span class="max-sm:hidden">Terminate</span>
        </Button>
        <Button
          size="sm"
          class="h-7!"
          aria-label={`Kill ${name()}`}
          onClick={() => open({ kind: 'kill', sessionId: props.session.sessionId })}
        >
          <OctagonX size={13} class="text-failed" />
          Kill
        </Button>
      </Show>
    </header>
  )
}
