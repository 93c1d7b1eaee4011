import { createUniqueId, type JSX, Show, untrack } from 'solid-js'

export const inputClass =
  'h-8 w-full rounded-sm border border-line-strong bg-surface px-2.5 text-sm outline-none focus:border-accent aria-invalid:border-failed'

type Props = {
  label: string
  hint?: string | undefined
  error?: string | undefined
  /** Gives the field its id, and the id of what describes it. */
  children: (id: string, described: string) => JSX.Element
}

export function Field(props: Props) {
  const id = createUniqueId()
  const note = `${id}-note`
  // Made once: made anew with each error, a field would lose the cursor to it.
  const field = untrack(() => props.children(id, note))
  return (
    <div class="flex flex-col gap-1">
      <label for={id} class="text-xs font-medium text-muted">
        {props.label}
      </label>
      {field}
      <p id={note} class={`text-xs empty:hidden ${props.error ? 'text-failed' : 'text-faint'}`}>
        {props.error || props.hint}
      </p>
    </div>
  )
}

export function FormError(props: { sentence: string | null }) {
  return (
    <Show when={props.sentence}>
      <p role="alert" class="mt-3 rounded-sm border border-failed/40 bg-failed/10 px-3 py-2">
        {props.sentence}
      </p>
    </Show>
  )
}
