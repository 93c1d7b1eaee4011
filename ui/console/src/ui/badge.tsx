import { agentWord, placesInLine } from '@mosaic/client'
import type { SessionView } from '@mosaic/contracts/agent-session'
import { type JSX, Show } from 'solid-js'
import { useMosaic } from '../app-context.ts'

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
      {props.session.provider?.name ?? props.session.agent ?? props.session.modelProvider ?? props.session.runtime}
    </Badge>
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
