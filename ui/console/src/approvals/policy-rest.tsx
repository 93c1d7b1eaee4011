import { For } from 'solid-js'
import { Field, inputClass } from '../ui/field.tsx'
import type { PolicyForm } from './policy-form.ts'
import { effectOptions, spanWords } from './policy-words.ts'

type Name = Exclude<keyof PolicyForm, 'rules'>
type Props = {
  form: PolicyForm
  errors: Readonly<Record<string, string>>
  onField: (name: Name, value: string) => void
}

/** What counts where no rule fits, and where nobody answers. */
export function PolicyRest(props: Props) {
  const wait = () => Number(props.form.waitSeconds)
  const select =
    (name: Name, options: readonly { value: string; word: string }[]) => (id: string, described?: string) => (
      <select
        id={id}
        aria-describedby={described}
        aria-invalid={props.errors[name] !== undefined}
        class={inputClass}
        value={props.form[name]}
        onChange={(event) => props.onField(name, event.currentTarget.value)}
      >
        <For each={options}>{({ value, word }) => <option value={value}>{word}</option>}</For>
      </select>
    )
  return (
    <div class="grid gap-3 sm:grid-cols-3">
      <Field label="Otherwise" error={props.errors['otherwise']} hint="For what no rule fits">
        {select('otherwise', effectOptions)}
      </Field>
      <Field
        label="Wait for a person, seconds"
        error={props.errors['waitSeconds']}
        hint={Number.isSafeInteger(wait()) && wait() > 0 ? spanWords(wait()) : 'Empty: a day'}
      >
        {(id, described) => (
          <input
            id={id}
            inputmode="numeric"
            aria-describedby={described}
            aria-invalid={props.errors['waitSeconds'] !== undefined}
            class={inputClass}
            value={props.form.waitSeconds}
            onInput={(event) => props.onField('waitSeconds', event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="If nobody answers" error={props.errors['atTimeout']}>
        {select('atTimeout', [
          { value: 'deny', word: 'Deny' },
          { value: 'allow', word: 'Allow' },
        ])}
      </Field>
    </div>
  )
}
