import { ProblemError } from '@mosaic/client'
import { useParams, useSearchParams } from '@solidjs/router'
import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { createEffect, createSignal, lazy, on, Show, Suspense } from 'solid-js'
import { gateway } from '../gateway.ts'
import { sentenceOf } from '../sentence-of.ts'
import { open } from '../actions/overlay.ts'
import { type Action, offerActions } from '../actions/registry.ts'
import { useSteering } from '../actions/steering.ts'
import { useMosaic } from '../app-context.ts'
import { ApprovalPlace } from '../approvals/approval-place.tsx'
import { Banners } from '../banners/banners.tsx'
import { BargeIn } from '../conversation/barge-in.tsx'
import { GoOn } from '../conversation/go-on.tsx'
import { Mute } from '../conversation/mute.tsx'
import { createConversation } from '../conversation/conversation-store.ts'
import { ConversationView } from '../conversation/conversation-view.tsx'
import { Attention } from '../conversation/attention.tsx'
import { ModelWait } from '../conversation/model-wait.tsx'
import { QuestionCard } from '../conversation/question-card.tsx'
import { KillProgress } from '../mission-control/kill-progress.tsx'
import { EventView } from './event-view.tsx'
import { SessionDetails } from './session-details.tsx'
import { SessionHeader } from './session-header.tsx'

/** What shows a terminal is large, and few sessions have one. */
const TerminalView = lazy(() => import('../terminal/terminal-view.tsx'))

/** One session over the whole page. */
export default function SessionPage() {
  const params = useParams<{ id: string }>()
  return (
    <Show when={params.id} keyed>
      {(id) => <Session id={id} />}
    </Show>
  )
}

function Session(props: { id: string }) {
  const { fleet } = useMosaic()
  const [failure, setFailure] = createSignal<unknown>(null)
  const session = () => fleet.sessions[props.id]

  // An address may name a session that the tree did not answer.
  createEffect(
    on(fleet.loading, (loading) => {
      if (loading === 'loading' || session()) return
      gateway.call(gatewayRoutes.session, { params: { id: props.id } }).then(fleet.take, setFailure)
    }),
  )

  return (
    <Show when={session()} fallback={<Missing failure={failure()} />}>
      {(found) => <Loaded session={found()} />}
    </Show>
  )
}

function Loaded(props: { session: SessionView }) {
  const { live, may } = useMosaic()
  const { canEnd, canSpeak, canTakeUp, togglePause } = useSteering()
  const [query, setQuery] = useSearchParams<{ event?: string }>()
  const store = createConversation(live, props.session.sessionId)
  const event = () => (typeof query.event === 'string' && /^\d{1,20}$/.test(query.event) ? query.event : null)
  const steering: readonly Action[] = [
    {
      name: 'Write to this agent',
      keys: ['b'],
      keysOnly: true,
      run: () => document.querySelector<HTMLElement>('[data-speak]')?.focus(),
    },
    { name: 'Pause or resume this agent', keys: ['p'], keysOnly: true, run: () => togglePause(props.session) },
    {
      name: 'Kill this agent',
      keys: ['x'],
      keysOnly: true,
      run: () => canEnd(props.session) && open({ kind: 'kill', sessionId: props.session.sessionId }),
    },
  ]
  offerActions(() => (may(gatewayRoutes.kill) ? steering : []))
  createEffect(() => {
    document.title = `${props.session.name} · Mosaic`
  })
  return (
    <div class="flex h-full flex-col">
      <SessionHeader session={props.session} />
      <Banners />
      <div class="flex min-h-0 flex-1">
        <main
          aria-label={`Agent ${props.session.name}`}
          data-status={props.session.status}
          class="@container flex min-w-0 flex-1 flex-col bg-surface"
        >
          <Show when={props.session.runtime === 'pty' && !hasEnded(props.session.status)}>
            <Suspense>
              <TerminalView session={props.session} />
            </Suspense>
          </Show>
          <ConversationView
            name={props.session.name}
            store={store}
            onOpenEvent={(position) => setQuery({ event: position }, { scroll: false })}
          />
          <KillProgress session={props.session} />
          <Attention session={props.session} />
          <ModelWait session={props.session} />
          <Show when={!hasEnded(props.session.status) && !props.session.unreadable && props.session.waiting}>
            {(waiting) => <QuestionCard session={props.session} waiting={waiting()} />}
          </Show>
          <ApprovalPlace session={props.session} hasKeys />
          <Show when={canSpeak(props.session)} fallback={<Mute session={props.session} />}>
            <Show when={props.session.waiting === null}>
              <BargeIn session={props.session} autofocus={false} />
            </Show>
          </Show>
          <Show when={canTakeUp(props.session)}>
            <GoOn session={props.session} />
          </Show>
        </main>
        <aside
          aria-label="Details"
          class={`w-88 shrink-0 overflow-y-auto border-l border-line bg-surface ${event() ? 'max-md:fixed max-md:inset-0 max-md:z-30 max-md:w-full' : 'max-md:hidden'}`}
        >
          <Show when={event()} fallback={<SessionDetails session={props.session} />} keyed>
            {(position) => (
              <EventView
                sessionId={props.session.sessionId}
                position={position}
                onClose={() => setQuery({ event: undefined }, { scroll: false })}
              />
            )}
          </Show>
        </aside>
      </div>
    </div>
  )
}

function Missing(props: { failure: unknown }) {
  const [home] = useMosaic().pages
  const gone = () => props.failure instanceof ProblemError && props.failure.problem.status < 500
  return (
    <main
      class="flex h-full flex-col items-center justify-center gap-2 p-6 text-center"
      aria-busy={props.failure === null}
    >
      <Show when={props.failure !== null} fallback={<span class="skeleton h-4 w-48" />}>
        <h1 class="text-lg font-semibold">{gone() ? 'There is no such session' : 'The session could not be loaded'}</h1>
        <p class="max-w-sm text-muted">
          {gone() ? 'It is not in this workspace. The link may be from another one.' : sentenceOf(props.failure)}
        </p>
        <a href={home.path} class="mt-2 text-accent-ink underline underline-offset-2">
          Go to {home.title}
        </a>
      </Show>
    </main>
  )
}
