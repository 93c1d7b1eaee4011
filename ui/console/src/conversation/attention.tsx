import type { SessionView } from '@mosaic/contracts/agent-session'
import { type JSX, Show } from 'solid-js'
import { dateAndTime, timeOfDay } from '../time/format.ts'
import { isStale } from '../ui/badge.tsx'

/** Why a person ought to look at an agent that asks for nobody, and whether what is shown of it is how it stood before. */
export function Attention(props: { session: SessionView }) {
  return (
    <>
      <Show when={isStale(props.session) && props.session.stale}>
        {(stale) => (
          <Line title={`Stale since ${dateAndTime(stale().since)}`}>
            Where it runs cannot be spoken with, and what is shown is how it stood before: {stale().message}
          </Line>
        )}
      </Show>
      <Show when={props.session.attention}>
        {(attention) => (
          <Line title={`Needs attention since ${timeOfDay(attention().since)}`}>{attention().message}</Line>
        )}
      </Show>
    </>
  )
}

function Line(props: { title: string; children: JSX.Element }) {
  return (
    <p
      role="status"
      class="shrink-0 border-t border-waiting-line bg-waiting-soft px-3 py-2 text-xs break-words text-muted"
    >
      <span class="font-semibold text-waiting">{props.title}</span> · {props.children}
    </p>
  )
}
