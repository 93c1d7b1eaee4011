import type { SessionView } from '@mosaic/contracts/agent-session'
import { Show } from 'solid-js'
import { timeOfDay } from '../time/format.ts'

/** Why a person ought to look at an agent that asks for nobody. */
export function Attention(props: { session: SessionView }) {
  return (
    <Show when={props.session.attention}>
      {(attention) => (
        <p
          role="status"
          class="shrink-0 border-t border-waiting-line bg-waiting-soft px-3 py-2 text-xs break-words text-muted"
        >
          <span class="font-semibold text-waiting">Needs attention since {timeOfDay(attention().since)}</span> ·{' '}
          {attention().message}
        </p>
      )}
    </Show>
  )
}
