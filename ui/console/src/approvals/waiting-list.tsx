import { A } from '@solidjs/router'
import type { SessionView } from '@mosaic/contracts/agent-session'
import { createMemo, For, Match, Switch } from 'solid-js'
import { useMosaic } from '../app-context.ts'
import { sentenceOf } from '../sentence-of.ts'
import { elapsed } from '../time/format.ts'
import { now } from '../time/now.ts'
import { StatusShape } from '../ui/status.tsx'
import { asking } from './asking.ts'
import { ExactText } from './exact-view.tsx'

/** What waits for an approval now, the longest first, each with the way to where it is decided. */
export function WaitingList() {
  const { fleet } = useMosaic()
  const waiting = createMemo(() => asking(fleet.all()))
  return (
    <Switch>
      <Match when={waiting().length > 0}>
        <ul aria-label="Waiting for an approval" class="flex flex-col gap-2">
          <For each={waiting().map(({ sessionId }) => sessionId)}>
            {(sessionId) => <Waiting session={fleet.sessions[sessionId]!} />}
          </For>
        </ul>
      </Match>
      <Match when={fleet.loading() === 'loading'}>
        <div class="skeleton h-12" aria-hidden="true" />
      </Match>
      <Match when={fleet.loading() === 'failed'}>
        <p role="alert" class="text-sm text-muted">
          What waits could not be loaded. {sentenceOf(fleet.failure())}
        </p>
      </Match>
      <Match when={true}>
        <p class="text-sm text-muted">Nothing waits for an approval.</p>
      </Match>
    </Switch>
  )
}

function Waiting(props: { session: SessionView }) {
  const left = () => Date.parse(props.session.approval?.expiresAt ?? '') - now()
  return (
    <li>
      <A
        href={`/sessions/${props.session.sessionId}`}
        class="flex items-center gap-2 rounded-md border border-waiting-line bg-waiting-soft px-3 py-2 text-sm hover:bg-hover"
      >
        <StatusShape status="waiting" />
        <span class="max-w-40 shrink-0 truncate font-medium">{props.session.name}</span>
        <code class="min-w-0 flex-1 truncate font-mono text-xs text-muted">
          <ExactText text={firstLine(props.session.approval?.shown ?? '')} />
        </code>
        <span class="shrink-0 text-xs text-muted">{left() > 0 ? `${elapsed(left())} left` : 'its time is up'}</span>
      </A>
    </li>
  )
}

const firstLine = (text: string): string => {
  const [first = '', ...others] = text.slice(0, 500).split('\n')
  return others.length > 0 ? `${first} …` : first
}
