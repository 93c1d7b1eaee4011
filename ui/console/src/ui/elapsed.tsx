import type { SessionView } from '@mosaic/contracts/agent-session'
import { elapsed } from '../time/format.ts'
import { now } from '../time/now.ts'

/** How long a session has been going, or went. Ticks. */
export function Elapsed(props: { session: Pick<SessionView, 'requestedAt' | 'startedAt' | 'endedAt'> }) {
  const from = () => Date.parse(props.session.startedAt ?? props.session.requestedAt)
  const until = () => (props.session.endedAt === null ? now() : Date.parse(props.session.endedAt))
  return (
    <span class="shrink-0 text-xs text-faint" data-tip="Elapsed">
      {elapsed(until() - from())}
    </span>
  )
}
