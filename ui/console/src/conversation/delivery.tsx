import Check from 'lucide-solid/icons/check'
import CheckCheck from 'lucide-solid/icons/check-check'
import { Show } from 'solid-js'
import { timeOfDay } from '../time/format.ts'

/** Whether the agent has what the operator said. */
export function Delivery(props: { deliveredTurn: number | null; deliveredAt: string | null }) {
  return (
    <Show
      when={props.deliveredAt}
      fallback={
        <span class="inline-flex items-center gap-1 text-muted">
          <Check size={12} />
          Sent · delivered after the current step
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
