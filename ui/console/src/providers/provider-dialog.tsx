import { ProblemError } from '@mosaic/client'
import { agentProviderKind, agentProviderKinds, type AgentProviderView } from '@mosaic/contracts/agent-provider'
import { createSignal, For, type JSX, Show } from 'solid-js'
import { createStore } from 'solid-js/store'
import { sentenceOf } from '../sentence-of.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog.tsx'
import { Field, FormError, inputClass } from '../ui/field.tsx'
import { additionOf, changeOf, formOf, isRefused, newProvider, type ProviderForm } from './provider-form.ts'
import { addProvider, changeProvider, useProviderChange } from './use-providers.ts'

/** A new provider, or another name, address or token of one. The fields that are refused say why beside them. */
export function ProviderDialog(props: { provider?: AgentProviderView | undefined; onClose: () => void }) {
  const change = useProviderChange()
  const [form, setForm] = createStore<ProviderForm>(props.provider ? formOf(props.provider) : { ...newProvider })
  const [errors, setErrors] = createSignal<Record<string, string>>({})
  const [failure, setFailure] = createSignal<string | null>(null)

  async function send(): Promise<void> {
    const before = props.provider
    setFailure(null)
    setErrors({})
    const call = callOf(before, form)
    if (isRefused(call)) return void setErrors(call.errors)
    try {
      if (call) await change.mutateAsync(call)
      props.onClose()
    } catch (error) {
      const fields = error instanceof ProblemError ? error.fields : {}
      setErrors(fields)
      const shown = Object.keys(fields).filter((field) => field in form)
      if (shown.length === 0) setFailure(sentenceOf(error))
    }
  }

  const text =
    (name: 'name' | 'address', extra: JSX.InputHTMLAttributes<HTMLInputElement>) =>
    (id: string, described?: string) => (
      <input
        id={id}
        aria-describedby={described}
        aria-invalid={errors()[name] !== undefined}
        class={inputClass}
        data-autofocus={name === 'name' ? '' : undefined}
        spellcheck={false}
        autocomplete="off"
        value={form[name]}
        onInput={(event) => setForm(name, event.currentTarget.value)}
        {...extra}
      />
    )
  return (
    <Dialog
      title={props.provider ? `Edit ${props.provider.name}` : 'Add a provider'}
      description="Its token is sealed in the data folder, and goes to the host of its address alone."
      onClose={props.onClose}
    >
      <form
        class="flex min-h-0 flex-col"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <DialogBody>
          <div class="flex flex-col gap-3">
            <Field label="Name" error={errors()['name']} hint="Small letters, digits and hyphens">
              {text('name', { placeholder: 'house' })}
            </Field>
            <Show when={!props.provider}>
              <Field label="Kind" error={errors()['kind']}>
                {(id, described) => (
                  <select
                    id={id}
                    aria-describedby={described}
                    class={inputClass}
                    value={form.kind}
                    onChange={(event) => setForm('kind', event.currentTarget.value)}
                  >
                    <For each={agentProviderKind.options}>
                      {(kind) => <option value={kind}>{agentProviderKinds[kind].title}</option>}
                    </For>
                  </select>
                )}
              </Field>
            </Show>
            <Field label="Address" error={errors()['address']} hint="wss, ws, https or http, with its port">
              {text('address', { placeholder: 'wss://gateway.example:18789', inputmode: 'url' })}
            </Field>
            <Field label="Token" error={errors()['token']} hint={tokenHint(props.provider)}>
              {(id, described) => (
                <input
                  id={id}
                  type="password"
                  aria-describedby={described}
                  aria-invalid={errors()['token'] !== undefined}
                  class={inputClass}
                  autocomplete="new-password"
                  disabled={form.withoutToken}
                  value={form.token}
                  onInput={(event) => setForm('token', event.currentTarget.value)}
                />
              )}
            </Field>
            <Show when={props.provider?.maskedToken || props.provider?.problem}>
              <Choice
                label="It wants no token any more"
                checked={form.withoutToken}
                onChange={(checked) => setForm('withoutToken', checked)}
              />
            </Show>
            <Show when={!props.provider}>
              <Choice
                label="Switch it on: its sessions are seen here, and others may be begun there"
                checked={form.isActive}
                onChange={(checked) => setForm('isActive', checked)}
              />
            </Show>
          </div>
          <FormError sentence={failure()} />
        </DialogBody>
        <DialogFoot>
          <Button variant="ghost" onClick={() => props.onClose()}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" disabled={change.isPending}>
            {change.isPending ? 'Saving…' : props.provider ? 'Save' : 'Add provider'}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}

/** What is to be asked for; `null`: nothing has become different. */
function callOf(before: AgentProviderView | undefined, form: ProviderForm) {
  if (!before) {
    const addition = additionOf(form)
    return isRefused(addition) ? addition : () => addProvider(addition)
  }
  const difference = changeOf(before, form)
  return isRefused(difference) || !difference ? difference : () => changeProvider(before, difference)
}

function tokenHint(provider: AgentProviderView | undefined): string {
  if (!provider) return 'Empty: it wants none. It is never shown again.'
  if (!provider.maskedToken) return 'Empty: as it is. It is never shown.'
  return `Empty: the one that it has (${provider.maskedToken}). At another host it is given again.`
}

function Choice(props: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label class="flex items-start gap-2 text-sm">
      <input
        type="checkbox"
        class="mt-1 size-3.5 accent-accent-solid"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      {props.label}
    </label>
  )
}
