import { agentWord, placesInLine } from '@mosaic/client'
import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { type JSX, Show } from 'solid-js'
import { useMosaic } from '../app-context.ts'
import { dateAndTime, timeOfDay } from '../time/format.ts'

export function Badge(props: { children: JSX.Element; tip?: string }) {
  return (
    <span
      data-tip={props.tip}
      class="inline-flex h-4 items-center rounded-xs border border-line px-1 text-xs leading-none whitespace-nowrap text-faint"
    >
      {props.children}
    </span>
  )
}

/** Which agent it is, where it is none of ours; else whose model thinks for it. */
export function AgentBadge(props: {
  session: Pick<SessionView, 'agent' | 'runtime' | 'provider' | 'modelProvider' | 'model'>
}) {
  const tip = () => [agentWord(props.session), props.session.model].filter(Boolean).join(' on ')
  return (
    <Badge tip={tip()}>
      {props.session.provider?.name ?? props.session.agent ?? props.session.modelProvider ?? agentWord(props.session)}
    </Badge>
  )
}

type Standing = Pick<SessionView, 'status' | 'stale'>

export const isStale = ({ status, stale }: Standing): boolean => stale !== null && !hasEnded(status)

/** That what is shown of a session is how it stood before: where it runs cannot be spoken with. */
export function StaleBadge(props: { session: Standing }) {
  return (
    <Show when={isStale(props.session) && props.session.stale}>
      {(stale) => (
        <span
          data-tip={`Where it runs cannot be spoken with since ${dateAndTime(stale().since)}: ${stale().message}`}
          class="inline-flex h-4 shrink-0 items-center rounded-xs border border-waiting-line bg-waiting-soft px-1 text-xs leading-none whitespace-nowrap text-waiting"
        >
          stale since {timeOfDay(stale().since).slice(0, 5)}
          <span class="sr-only">: {stale().message}</span>
        </span>
      )}
    </Show>
  )
}

const warnings = {
  bubblewrap: { word: 'bubblewrap', tip: 'Not a container: a bubblewrap namespace on this machine' },
  process: { word: 'no sandbox', tip: 'Plain processes with the rights of whoever started Mosaic' },
} as const

/** Which in line an agent is that waits for its turn. */
export function LineBadge(props: { session: Pick<SessionView, 'sessionId' | 'queued'> }) {
  const { fleet } = useMosaic()
  const place = () => (props.session.queued ? placesInLine(fleet.all()).get(props.session.sessionId) : undefined)
  return (
    <Show when={place()}>
      {(which) => (
        <Badge tip={`It starts when its turn comes: ${props.session.queued?.most} agents may live at a time`}>
          {which()} in line
        </Badge>
      )}
    </Show>
  )
}

/** Says so when an agent does not run in a container. */
export function SandboxBadge(props: { session: Pick<SessionView, 'sandbox'> }) {
  const kind = () => {
    const sandbox = props.session.sandbox?.kind
    return sandbox === undefined || sandbox === 'docker' ? null : sandbox
  }
  return <Show when={kind()}>{(weak) => <Badge tip={warnings[weak()].tip}>{warnings[weak()].word}</Badge>}</Show>
}
