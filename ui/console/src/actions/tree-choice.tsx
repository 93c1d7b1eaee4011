import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { Show } from 'solid-js'
import { useMosaic } from '../app-context.ts'
import { withDescendants } from '../fleet/tree.ts'

/** The live agents below one, as the page knows them. */
export function useLivingBelow(sessionId: () => string): () => SessionView[] {
  const { fleet } = useMosaic()
  return () =>
    withDescendants(fleet.all(), sessionId()).filter(
      (session) => session.sessionId !== sessionId() && !hasEnded(session.status),
    )
}

/** Whether those that an agent spawned end with it. */
export function TreeChoice(props: {
  verb: 'kill' | 'terminate'
  below: readonly SessionView[]
  checked: boolean
  onChange: (checked: boolean) => void
}) {
  return (
    <Show when={props.below.length > 0}>
      <label class="flex items-start gap-2">
        <input
          type="checkbox"
          class="mt-1 size-3.5 accent-accent-solid"
          checked={props.checked}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
        <span>
          Also {props.verb} the {props.below.length} live {props.below.length === 1 ? 'agent' : 'agents'} that it
          spawned
          <span class="block text-xs text-faint">
            {props.below.map(({ name }) => name).join(', ')}. Otherwise they go on.
          </span>
        </span>
      </label>
    </Show>
  )
}
