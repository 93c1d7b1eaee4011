import type { AgentPresetView, AgentProviderView } from '@mosaic/contracts/agent-provider'
import { Index, Match, Show, Switch } from 'solid-js'
import { PresetState } from '../agents/preset-state.tsx'
import { Field, inputClass } from '../ui/field.tsx'
import { doerChoice, doerOf, otherDoers } from './spawn-doer.ts'
import { refusedDoer, type SpawnForm, takes, type TextField } from './spawn-form.ts'

type Props = {
  form: SpawnForm
  errors: Record<string, string>
  presets: readonly AgentPresetView[]
  providers: readonly AgentProviderView[]
  /** Why it is not known which there are. */
  problem: string | undefined
  onText: (name: TextField, value: string) => void
}

const own = doerChoice({ kind: 'own' })

/** Who is to do the work: ours, an agent of another maker, a program in a terminal, or a provider; and what only that one is told. */
export function DoerChoice(props: Props) {
  const groups = () => otherDoers(props.presets, props.providers)
  /** As it is chosen, also where it is not in the lists yet, or no more. */
  const isListed = () =>
    props.form.doer === own || groups().some(({ options }) => options.some(({ value }) => value === props.form.doer))
  const preset = () => {
    const doer = doerOf(props.form.doer)
    return doer.kind === 'preset' ? props.presets.find(({ name }) => name === doer.name) : undefined
  }
  const unlisted = () => {
    const doer = doerOf(props.form.doer)
    return 'name' in doer ? doer.name : doer.kind
  }
  return (
    <>
      <Field
        label="Who does the work"
        error={refusedDoer(props.form, props.errors) ?? props.problem}
        hint="Mosaic's own, an agent of another maker, any terminal program, or a provider"
      >
        {(id, described) => (
          <select
            id={id}
            aria-describedby={described}
            aria-invalid={refusedDoer(props.form, props.errors) !== undefined}
            class={inputClass}
            onChange={(event) => props.onText('doer', event.currentTarget.value)}
          >
            <option value={own} selected={props.form.doer === own}>
              Mosaic
            </option>
            <Show when={!isListed()}>
              <option value={props.form.doer} selected>
                {unlisted()}
              </option>
            </Show>
            {/* In place, also while somebody chooses: how providers stand is looked at again and again. */}
            <Index each={groups()}>
              {(group) => (
                <optgroup label={group().title}>
                  <Index each={group().options}>
                    {(option) => (
                      <option value={option().value} selected={props.form.doer === option().value}>
                        {option().word}
                      </option>
                    )}
                  </Index>
                </optgroup>
              )}
            </Index>
          </select>
        )}
      </Field>
      <Switch>
        <Match when={takes(props.form, 'approvals')}>
          <Field label="Approvals" error={props.errors['approvals']} hint="Its sandbox holds in either case">
            {(id, described) => (
              <select
                id={id}
                aria-describedby={described}
                aria-invalid={props.errors['approvals'] !== undefined}
                class={inputClass}
                value={props.form.approvals}
                onChange={(event) => props.onText('approvals', event.currentTarget.value)}
              >
                <option value="">As the workspace’s policy says</option>
                <option value="ask">A person is asked before each step</option>
              </select>
            )}
          </Field>
        </Match>
        <Match when={takes(props.form, 'command')}>
          <Told {...props} name="command" label="Command" hint="For sh -c, in its worktree" placeholder="bash" />
        </Match>
        <Match when={takes(props.form, 'agent')}>
          <Told {...props} name="agent" label="Agent there" hint="Empty: main" placeholder="main" />
        </Match>
      </Switch>
      <Show when={preset()?.state !== 'installed' && preset()}>
        {(absent) => (
          <div class="rounded-md border border-line bg-raised px-3 py-2.5 sm:col-span-2">
            <PresetState preset={absent()} />
          </div>
        )}
      </Show>
    </>
  )
}

/** A line that only the one that was chosen is told. */
function Told(props: Props & { name: 'command' | 'agent'; label: string; hint: string; placeholder: string }) {
  return (
    <Field label={props.label} error={props.errors[props.name]} hint={props.hint}>
      {(id, described) => (
        <input
          id={id}
          aria-describedby={described}
          aria-invalid={props.errors[props.name] !== undefined}
          class={`${inputClass} font-mono`}
          value={props.form[props.name]}
          spellcheck={false}
          autocomplete="off"
          placeholder={props.placeholder}
          onInput={(event) => props.onText(props.name, event.currentTarget.value)}
        />
      )}
    </Field>
  )
}
