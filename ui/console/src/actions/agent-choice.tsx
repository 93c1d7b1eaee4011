import type { AgentPresetView } from '@mosaic/contracts/agent-provider'
import { For, Show } from 'solid-js'
import { PresetState } from '../agents/preset-state.tsx'
import { Field, inputClass } from '../ui/field.tsx'
import type { SpawnForm, TextField } from './spawn-form.ts'

type Props = {
  form: SpawnForm
  errors: Record<string, string>
  presets: readonly AgentPresetView[]
  /** Why it is not known which there are. */
  problem: string | undefined
  onText: (name: TextField, value: string) => void
}

/** Which agent it is to be: ours, or one of another maker, which is got first where it is not there; and whether it asks. */
export function AgentChoice(props: Props) {
  const chosen = () => props.presets.find(({ name }) => name === props.form.agent)
  return (
    <>
      <Field label="Agent" error={props.errors['agent'] ?? props.problem} hint="Mosaic's own, or one of another maker">
        {(id, described) => (
          <select
            id={id}
            aria-describedby={described}
            aria-invalid={props.errors['agent'] !== undefined}
            class={inputClass}
            onChange={(event) => props.onText('agent', event.currentTarget.value)}
          >
            <option value="">Mosaic</option>
            <For each={props.presets}>
              {({ name, title, state }) => (
                <option value={name} selected={props.form.agent === name}>
                  {state === 'installed' ? title : `${title} (not installed)`}
                </option>
              )}
            </For>
          </select>
        )}
      </Field>
      <Show when={chosen()} fallback={<div class="max-sm:hidden" />}>
        <Field label="Approvals" error={props.errors['approvals']} hint="Its sandbox holds in either case">
          {(id, described) => (
            <select
              id={id}
              aria-describedby={described}
              class={inputClass}
              value={props.form.approvals}
              onChange={(event) => props.onText('approvals', event.currentTarget.value)}
            >
              <option value="">It may do what its sandbox lets it</option>
              <option value="ask">You are asked before each step</option>
            </select>
          )}
        </Field>
      </Show>
      <Show when={chosen()?.state !== 'installed' && chosen()}>
        {(preset) => (
          <div class="rounded-md border border-line bg-raised px-3 py-2.5 sm:col-span-2">
            <PresetState preset={preset()} />
          </div>
        )}
      </Show>
    </>
  )
}
