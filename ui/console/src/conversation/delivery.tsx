import Check from 'lucide-solid/icons/check'
import CheckCheck from 'lucide-solid/icons/check-check'
import { Show } from 'solid-js'
import { useMosaic } from '../app-context.ts'
import { timeOfDay } from '../time/format.ts'

/** Whether the agent has what the operator said, and when it will. */
export function Delivery(props: { sessionId: string; deliveredTurn: number | null; deliveredAt: string | null }) {
  const { fleet } = useMosaic()
  const paused = () => fleet.sessions[props.sessionId]?.status === 'paused'
  return (
    <Show
      when={props.deliveredAt}
      fallback={
        <span class="inline-flex items-center gap-1 text-muted">
          <Check size={12} />
          Sent · delivered {paused() ? 'when you resume it' : 'after the current step'}
        </span>
      }
    >
      {(at) => (
        <span class="inline-flex items-center gap-1 text-muted" title={timeOfDay(at(), true)}>
          <CheckCheck size={12} class="text-accent-ink" />
          Delivered{props.deliveredTurn === null ? '' : ` at step ${props.deliveredTurn}`}
        </span>
      )}
    </Show>
  )
}
