import { For, Show } from 'solid-js'
import { Button } from '../ui/button.tsx'

const lines = ['w-3/4', 'w-11/12', 'w-1/2', 'w-5/6', 'w-2/3', 'w-1/3']

export function LoadingConversation() {
  return (
    <div class="flex flex-col gap-3 p-3" aria-hidden="true">
      <For each={lines}>{(width) => <div class={`skeleton h-3 ${width}`} />}</For>
    </div>
  )
}

export function EmptyConversation(props: { failure: string | null; retry: () => void }) {
  return (
    <div class="flex flex-col items-start gap-2 p-3 text-sm text-muted">
      <Show when={props.failure} fallback={<p>Nothing has been said yet. The first words appear here as they come.</p>}>
        {(failure) => (
          <>
            <p>The conversation could not be loaded: {failure()}</p>
            <Button size="sm" onClick={() => props.retry()}>
              Try again
            </Button>
          </>
        )}
      </Show>
    </div>
  )
}
