import type { AgentPresetView, AgentProviderView } from '@mosaic/contracts/agent-provider'
import { agentType, sandboxKind } from '@mosaic/contracts/agent-session'
import { createUniqueId, For, Show } from 'solid-js'
import { Field, inputClass } from '../ui/field.tsx'
import { ChangesChoice } from './changes-choice.tsx'
import { DoerChoice } from './doer-choice.tsx'
import { doerOf } from './spawn-doer.ts'
import { modelsFor, type SpawnForm, takes, type TextField } from './spawn-form.ts'

type Props = {
  presets: readonly AgentPresetView[]
  providers: readonly AgentProviderView[]
  /** Why it is not known who else could do the work. */
  doersProblem: string | undefined
  form: SpawnForm
  errors: Record<string, string>
  models: readonly string[]
  /** Whose checkout is looked at: what was typed once it is whole. */
  repository: string
  onText: (name: TextField, value: string) => void
  onRepository: () => void
  onWithChanges: (withChanges: boolean) => void
  onSubmit: () => void
}
type Option = { readonly value: string; readonly word: string }

const types = agentType.options.map((value) => ({ value, word: value }))
const sandboxes = (kinds: readonly string[]): Option[] => [
  { value: '', word: 'Best available' },
  ...kinds.map((value) => ({ value, word: value })),
]

/** The fields of a spawn; each says beside it why it was refused. */
export function SpawnFields(props: Props) {
  const models = createUniqueId()
  const doer = () => doerOf(props.form.doer)
  const preset = () => {
    const chosen = doer()
    return chosen.kind === 'preset' ? props.presets.find(({ name }) => name === chosen.name) : undefined
  }
  const offered = () => (doer().kind === 'provider' ? [] : modelsFor(preset(), props.models))
  const modelHint = () => {
    if (doer().kind === 'provider') return 'Empty: as it is set there'
    const providers = preset()?.modelProviders
    if (!providers) return "Empty: the workspace's default"
    return providers.length > 0
      ? `Of a provider that it can ask: ${providers.join(', ')}`
      : 'No model provider is configured that it could ask'
  }
  /** What others have made runs in a sandbox alone. */
  const kinds = () => sandboxKind.options.filter((kind) => kind !== 'process' || doer().kind === 'own')
  const shared = (name: TextField, id: string, described: string | undefined) => ({
    id,
    'aria-describedby': described,
    'aria-invalid': props.errors[name] !== undefined,
    value: props.form[name],
  })
  const text =
    (name: TextField, extra: { list?: string; placeholder?: string; onChange?: () => void } = {}) =>
    (id: string, described?: string) => (
      <input
        {...shared(name, id, described)}
        class={inputClass}
        spellcheck={false}
        onInput={(event) => props.onText(name, event.currentTarget.value)}
        {...extra}
      />
    )
  const select = (name: TextField, options: () => readonly Option[]) => (id: string, described?: string) => (
    <select
      {...shared(name, id, described)}
      class={inputClass}
      onChange={(event) => props.onText(name, event.currentTarget.value)}
    >
      <For each={options()}>{({ value, word }) => <option value={value}>{word}</option>}</For>
    </select>
  )
  return (
    <div class="grid gap-x-4 gap-y-3 sm:grid-cols-2">
      <div class="sm:col-span-2">
        <Field label="Task" hint={doer().kind === 'terminal' ? 'May be empty' : undefined} error={props.errors['task']}>
          {(id, described) => (
            <textarea
              {...shared('task', id, described)}
              rows="4"
              data-autofocus
              class={`${inputClass} h-auto! resize-y py-1.5`}
              placeholder={
                doer().kind === 'terminal'
                  ? 'What it is for: MOSAIC_TASK in its terminal'
                  : 'What should be true when it is done?'
              }
              onInput={(event) => props.onText('task', event.currentTarget.value)}
              onKeyDown={(event) => event.key === 'Enter' && (event.metaKey || event.ctrlKey) && props.onSubmit()}
            />
          )}
        </Field>
      </div>
      <DoerChoice
        form={props.form}
        errors={props.errors}
        presets={props.presets}
        providers={props.providers}
        problem={props.doersProblem}
        onText={props.onText}
      />
      <Show when={takes(props.form, 'repository')}>
        <Field
          label="Repository"
          error={props.errors['repository']}
          hint="A path where Mosaic runs, or an https or ssh address"
        >
          {text('repository', { placeholder: '/home/you/code/thing', onChange: () => props.onRepository() })}
        </Field>
        <Field label="Branch to start from" error={props.errors['branch']} hint="Empty: the repository's default">
          {text('branch')}
        </Field>
        <ChangesChoice
          repository={props.repository}
          branch={props.form.branch}
          checked={props.form.withChanges}
          error={props.errors['withChanges']}
          onChange={(checked) => props.onWithChanges(checked)}
        />
      </Show>
      <Show when={takes(props.form, 'model')}>
        <Field label="Model" error={props.errors['model']} hint={modelHint()}>
          {text('model', { list: models })}
        </Field>
      </Show>
      <Field label="Name" error={props.errors['name']} hint="Empty: one is chosen">
        {text('name')}
      </Field>
      <Field label="Type" error={props.errors['agentType']}>
        {select('agentType', () => types)}
      </Field>
      <Show when={takes(props.form, 'sandbox')}>
        <Field label="Sandbox" error={props.errors['sandbox']}>
          {select('sandbox', () => sandboxes(kinds()))}
        </Field>
      </Show>
      <datalist id={models}>
        <For each={offered()}>{(model) => <option value={model} />}</For>
      </datalist>
    </div>
  )
}
