import type { SessionView } from '@mosaic/contracts/agent-session'
import { Show } from 'solid-js'
import { useSteering } from '../actions/steering.ts'

/** In the place of the box to write in, why there is none. */
export function Mute(props: { session: SessionView }) {
  const { whyMute } = useSteering()
  return (
    <Show when={whyMute(props.session)}>
      {(why) => (
        <p class="shrink-0 border-t border-line bg-raised px-3 py-2 text-xs text-muted" role="note">
          {why()}
        </p>
      )}
    </Show>
  )
}
