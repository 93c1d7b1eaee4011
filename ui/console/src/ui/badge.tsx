import type { SessionView } from '@mosaic/contracts/agent-session'
import { type JSX, Show } from 'solid-js'

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

const warnings = {
  bubblewrap: { word: 'bubblewrap', tip: 'Not a container: a bubblewrap namespace on this machine' },
  process: { word: 'no sandbox', tip: 'Plain processes with the rights of whoever started Mosaic' },
} as const

/** Says so when an agent does not run in a container. */
export function SandboxBadge(props: { session: Pick<SessionView, 'sandbox'> }) {
  const kind = () => {
    const sandbox = props.session.sandbox?.kind
    return sandbox === undefined || sandbox === 'docker' ? null : sandbox
  }
  return <Show when={kind()}>{(weak) => <Badge tip={warnings[weak()].tip}>{warnings[weak()].word}</Badge>}</Show>
}
