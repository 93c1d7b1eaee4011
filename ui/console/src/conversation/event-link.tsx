import Braces from 'lucide-solid/icons/braces'
import { Show } from 'solid-js'
import { timeOfDay } from '../time/format.ts'

/** When it happened, seen when pointed at; where the page can show it, a way to the event itself. */
export function EventLink(props: { at: string; position: string; onOpen: ((position: string) => void) | undefined }) {
  return (
    <div class="absolute top-1 right-2 flex items-center gap-1 rounded-xs bg-surface/90 pl-1 text-xs text-faint opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
      <time datetime={props.at}>{timeOfDay(props.at)}</time>
      <Show when={props.onOpen}>
        {(onOpen) => (
          <button
            type="button"
            class="inline-flex size-6 items-center justify-center rounded-xs hover:bg-hover hover:text-ink"
            aria-label={`Show the event of ${timeOfDay(props.at)}`}
            data-tip="Show the event"
            onClick={() => onOpen()(props.position)}
          >
            <Braces size={12} />
          </button>
        )}
      </Show>
    </div>
  )
}
