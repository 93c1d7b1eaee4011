import { isKillUnconfirmed, killWayOut } from '@mosaic/client'
import type { SessionStatus, SessionView } from '@mosaic/contracts/agent-session'
import { type JSX, Match, Switch } from 'solid-js'
import { now } from '../time/now.ts'
import { wordOf, type Worded } from './status-words.ts'

const stroke = { fill: 'none', stroke: 'currentColor', 'stroke-width': 1.6, 'stroke-linecap': 'round' } as const

/** Every status has a shape of its own, so that it is told apart without colour. */
type Shape = SessionStatus | 'terminated'

/** Who was had come to an end has not completed what it was asked for. */
export const shapeOf = ({ status, outcome }: Pick<SessionView, 'status' | 'outcome'>): Shape =>
  outcome === 'terminated' ? 'terminated' : status

const shapes: Record<Shape, () => JSX.Element> = {
  spawning: () => <circle cx="6" cy="6" r="4" {...stroke} stroke-dasharray="2.2 2" />,
  running: () => <circle cx="6" cy="6" r="4" fill="currentColor" />,
  waiting: () => <path d="M6 .8 11.2 6 6 11.2.8 6Z" fill="currentColor" />,
  paused: () => <path d="M3.2 2v8M8.8 2v8" {...stroke} stroke-width="2.4" />,
  completed: () => <path d="m2 6.4 2.8 2.8L10.2 3" {...stroke} stroke-width="2" />,
  terminated: () => <path d="M2.6 2.6h6.8v6.8H2.6Z" {...stroke} stroke-width="1.8" />,
  failed: () => <path d="M6 1.2 11.4 10.6H.6Z" fill="currentColor" />,
  killed: () => <path d="M2.5 2.5l7 7m0-7-7 7" {...stroke} stroke-width="2.2" />,
}

export function StatusShape(props: { status: Shape; class?: string }) {
  return (
    <svg
      viewBox="0 0 12 12"
      aria-hidden="true"
      class={`size-2.5 shrink-0 text-status status-${props.status} ${props.class ?? ''}`}
    >
      <Switch>
        {Object.entries(shapes).map(([status, shape]) => (
          <Match when={props.status === status}>{shape()}</Match>
        ))}
      </Switch>
    </svg>
  )
}

/** Shape and word of where a session is, or of what is on its way. */
export function StatusBadge(props: { session: Worded & Pick<SessionView, 'sessionId' | 'sandbox' | 'capabilities'> }) {
  const isUnconfirmed = () => isKillUnconfirmed(props.session, now())
  // Red, and with the shape of what has gone wrong: it is not what was asked for.
  const status = () => (isUnconfirmed() ? 'failed' : shapeOf(props.session))
  return (
    <span
      class={`inline-flex shrink-0 items-center gap-1.5 text-xs font-medium text-status status-${status()}`}
      data-status={props.session.status}
      data-tip={isUnconfirmed() ? killWayOut(props.session) : undefined}
    >
      <StatusShape status={status()} />
      {wordOf(props.session, now())}
    </span>
  )
}
