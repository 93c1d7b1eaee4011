import { ProblemError } from '@mosaic/client'
import type { ApprovalPolicy } from '@mosaic/contracts/approval'
import Plus from 'lucide-solid/icons/plus'
import { createSignal, For, Show } from 'solid-js'
import { createStore, produce } from 'solid-js/store'
import { sentenceOf } from '../sentence-of.ts'
import { Button } from '../ui/button.tsx'
import { FormError } from '../ui/field.tsx'
import { notify } from '../ui/toast.tsx'
import { CheckPolicy } from './check-policy.tsx'
import { emptyRule, fieldsOfPolicy, formOf, policyOf, type PolicyForm } from './policy-form.ts'
import { PolicyRest } from './policy-rest.tsx'
import { RuleFields } from './rule-fields.tsx'
import { usePolicyChange } from './use-policy.ts'

/** The workspace's policy in fields. What is wrong is said beside each; it can be tried out before it counts. */
export function PolicyEditor(props: { policy: ApprovalPolicy | null; onClose: () => void }) {
  const change = usePolicyChange()
  const [form, setForm] = createStore<PolicyForm>(formOf(props.policy))
  const [errors, setErrors] = createSignal<Readonly<Record<string, string>>>({})
  const [failure, setFailure] = createSignal<string | null>(null)

  /** What was wrong is named by the number of its rule, which another order changes. */
  const edit = (change: (form: PolicyForm) => void) => {
    setForm(produce(change))
    setErrors({})
  }
  const move = (from: number, by: 1 | -1) => edit(({ rules }) => rules.splice(from + by, 0, ...rules.splice(from, 1)))

  function read(): ApprovalPolicy | null {
    const { policy, errors: wrong = {} } = policyOf(form)
    setErrors(wrong)
    setFailure(policy ? null : 'Something is not right yet: it is said at the field.')
    return policy ?? null
  }

  async function save(): Promise<void> {
    const policy = read()
    if (!policy) return
    try {
      const { changed } = await change.mutateAsync(policy)
      notify(changed ? 'The policy counts from now on' : 'It was so already')
      props.onClose()
    } catch (error) {
      setErrors(error instanceof ProblemError ? fieldsOfPolicy(error.fields) : {})
      setFailure(sentenceOf(error))
    }
  }

  return (
    <>
      <form
        aria-label="Policy"
        class="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <ol aria-label="Rules, the first that fits counts" class="flex flex-col gap-3">
          <For
            each={form.rules}
            fallback={<p class="text-sm text-muted">No rule yet: what is said below holds for every call.</p>}
          >
            {(rule, at) => (
              <RuleFields
                rule={rule}
                at={at()}
                last={form.rules.length - 1}
                errors={errors()}
                onField={(name, value) => setForm('rules', at(), name, value)}
                onMove={(by) => move(at(), by)}
                onRemove={() => edit(({ rules }) => rules.splice(at(), 1))}
              />
            )}
          </For>
        </ol>
        <Show when={errors()['rules']}>{(message) => <p class="text-xs text-failed">Rules: {message()}</p>}</Show>
        <Button size="sm" class="self-start" onClick={() => edit(({ rules }) => rules.push(emptyRule()))}>
          <Plus size={13} />
          Add a rule
        </Button>
        <PolicyRest form={form} errors={errors()} onField={(name, value) => setForm(name, value)} />
        <FormError sentence={failure()} />
        <div class="flex gap-2">
          <Button type="submit" variant="primary" disabled={change.isPending}>
            {change.isPending ? 'Saving…' : 'Save the policy'}
          </Button>
          <Button variant="ghost" onClick={() => props.onClose()}>
            Cancel
          </Button>
        </div>
      </form>
      <CheckPolicy policy={read} what="this draft" />
    </>
  )
}
