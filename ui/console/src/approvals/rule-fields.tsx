import ArrowDown from 'lucide-solid/icons/arrow-down'
import ArrowUp from 'lucide-solid/icons/arrow-up'
import X from 'lucide-solid/icons/x'
import { For } from 'solid-js'
import { IconButton } from '../ui/button.tsx'
import { Field, inputClass } from '../ui/field.tsx'
import { type RuleForm, ruleFields } from './policy-form.ts'
import { effectOptions } from './policy-words.ts'

type Props = {
  rule: RuleForm
  at: number
  /** The place of the last one. */
  last: number
  errors: Readonly<Record<string, string>>
  onField: (name: keyof RuleForm, value: string) => void
  onMove: (by: 1 | -1) => void
  onRemove: () => void
}

/** One rule: what becomes of a call, and what has to fit. Empty fields ask for nothing. */
export function RuleFields(props: Props) {
  const number = () => props.at + 1
  const error = (name: keyof RuleForm) => props.errors[`rules[${props.at}].${name}`]
  return (
    <li class="rounded-md border border-line bg-raised px-3 py-2.5">
      <div role="group" aria-label={`Rule ${number()}`}>
        <div class="flex items-center gap-1">
          <span class="flex-1 text-xs font-semibold text-muted">Rule {number()}</span>
          <IconButton label={`Move rule ${number()} up`} disabled={props.at === 0} onClick={() => props.onMove(-1)}>
            <ArrowUp size={13} />
          </IconButton>
          <IconButton
            label={`Move rule ${number()} down`}
            disabled={props.at === props.last}
            onClick={() => props.onMove(1)}
          >
            <ArrowDown size={13} />
          </IconButton>
          <IconButton label={`Remove rule ${number()}`} onClick={() => props.onRemove()}>
            <X size={13} />
          </IconButton>
        </div>
        <div class="mt-1 grid gap-x-3 gap-y-2 sm:grid-cols-3">
          <Field label="Effect" error={error('effect')}>
            {(id, described) => (
              <select
                id={id}
                aria-describedby={described}
                class={inputClass}
                value={props.rule.effect}
                onChange={(event) => props.onField('effect', event.currentTarget.value)}
              >
                <For each={effectOptions}>{({ value, word }) => <option value={value}>{word}</option>}</For>
              </select>
            )}
          </Field>
          <For each={ruleFields}>
            {({ name, label, placeholder }) => (
              <Field label={label} error={error(name)}>
                {(id, described) => (
                  <input
                    id={id}
                    aria-describedby={described}
                    aria-invalid={error(name) !== undefined}
                    class={inputClass}
                    spellcheck={false}
                    autocomplete="off"
                    placeholder={placeholder}
                    value={props.rule[name]}
                    onInput={(event) => props.onField(name, event.currentTarget.value)}
                  />
                )}
              </Field>
            )}
          </For>
        </div>
      </div>
    </li>
  )
}
