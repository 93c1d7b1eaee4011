import { type JSX, Show } from 'solid-js'
import { CopyButton } from '../ui/copy.tsx'

export function Part(props: { title: string; children: JSX.Element }) {
  return (
    <section aria-label={props.title} class="px-4 py-3">
      <h2 class="mb-1.5 text-xs font-medium text-faint">{props.title}</h2>
      {props.children}
    </section>
  )
}

/** A line of a `<dl>`; what is not known is a dash. */
export function Fact(props: { name: string; copy?: string | null; children: JSX.Element }) {
  return (
    <>
      <dt class="text-faint">{props.name}</dt>
      <dd class="flex min-w-0 items-start gap-1">
        <span class="min-w-0 flex-1 break-words">{props.children ?? '–'}</span>
        <Show when={props.copy}>
          {(text) => (
            <span class="-my-0.5">
              <CopyButton text={text()} what={props.name.toLowerCase()} />
            </span>
          )}
        </Show>
      </dd>
    </>
  )
}
