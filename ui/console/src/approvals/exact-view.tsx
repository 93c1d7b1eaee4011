import { exactParts } from '@mosaic/client'
import { createMemo, For, Show } from 'solid-js'
import { diffColour } from '../conversation/diff-output.tsx'

/** Text of an agent as whoever decides about it has to see it: to the letter, with its changes in colour where it is a diff. */
export function ExactText(props: { text: string; isDiff?: boolean }) {
  return (
    <Show when={props.isDiff} fallback={<Parts text={props.text} />}>
      <For each={props.text.split('\n')}>
        {(line) => (
          <span class={`block min-h-[1lh] ${diffColour(line)}`}>
            <Parts text={line} />
          </span>
        )}
      </For>
    </Show>
  )
}

function Parts(props: { text: string }) {
  const parts = createMemo(() => exactParts(props.text))
  return (
    <For each={parts()}>
      {({ text, isUnseen }) => (
        <span class={isUnseen ? 'rounded-xs bg-failed/15 font-semibold text-failed' : ''}>{text}</span>
      )}
    </For>
  )
}
