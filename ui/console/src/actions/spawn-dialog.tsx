import { ProblemError } from '@mosaic/client'
import { agentType, sandboxKind, spawnAgent, type SpawnAgentInput } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { useQuery } from '@tanstack/solid-query'
import { createStore } from 'solid-js/store'
import { createSignal, createUniqueId, For, Show } from 'solid-js'
import { gateway } from '../gateway.ts'
import { sentenceOf } from '../sentence-of.ts'
import { useMosaic } from '../app-context.ts'
import { pageActions } from '../palette/page-actions.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog.tsx'
import { Field, FormError, inputClass } from '../ui/field.tsx'
import { notify } from '../ui/toast.tsx'
import { ApproveSettings, unapprovedIn, type UnapprovedSettings } from './approve-settings.tsx'

type Form = Record<'repository' | 'branch' | 'task' | 'name' | 'model' | 'agentType' | 'sandbox', string>

/** A new agent. The fields that the server refuses say why beside them. */
export default function SpawnDialog(props: { onClose: () => void }) {
  const { fleet } = useMosaic()
  const last = () => fleet.all().toSorted((a, b) => b.requestedAt.localeCompare(a.requestedAt))[0]
  const status = useQuery(() => ({ queryKey: ['status'], queryFn: () => gateway.call(gatewayRoutes.status) }))
  const models = createUniqueId()
  const [form, setForm] = createStore<Form>({
    repository: last()?.repository ?? '',
    branch: last()?.baseBranch ?? '',
    task: '',
    name: '',
    model: last()?.model ?? '',
    agentType: 'worker',
    sandbox: '',
  })
  const [errors, setErrors] = createSignal<Record<string, string>>({})
  const [failure, setFailure] = createSignal<string | null>(null)
  const [sending, setSending] = createSignal(false)
  const [settings, setSettings] = createSignal<UnapprovedSettings | null>(null)

  async function send(): Promise<void> {
    const input = inputOf(form)
    const checked = spawnAgent.safeParse(input)
    setFailure(null)
    setSettings(null)
    setErrors(
      checked.success
        ? {}
        : Object.fromEntries(checked.error.issues.map((issue) => [issue.path.join('.'), issue.message])),
    )
    if (!checked.success) return
    setSending(true)
    try {
      const { sessionId, queued } = await gateway.call(gatewayRoutes.spawn, { body: input })
      notify(queued ? `Agent is queued, ${queued.place} in line` : 'Agent is starting', form.task.slice(0, 120))
      props.onClose()
      pageActions().show?.(sessionId)
    } catch (error) {
      setSettings(unapprovedIn(error))
      const fields = error instanceof ProblemError ? error.fields : {}
      setErrors(fields)
      if (Object.keys(fields).some((field) => !(field in form)) || Object.keys(fields).length === 0)
        setFailure(sentenceOf(error))
      setSending(false)
    }
  }

  const text =
    (name: keyof Form, extra: { list?: string; placeholder?: string } = {}) =>
    (id: string, described?: string) => (
      <input
        id={id}
        class={inputClass}
        aria-describedby={described}
        aria-invalid={errors()[name] !== undefined}
        value={form[name]}
        spellcheck={false}
        onInput={(event) => setForm(name, event.currentTarget.value)}
        {...extra}
      />
    )
  const select =
    (name: keyof Form, options: () => readonly { value: string; word: string }[]) =>
    (id: string, described?: string) => (
      <select
        id={id}
        class={inputClass}
        aria-describedby={described}
        aria-invalid={errors()[name] !== undefined}
        value={form[name]}
        onChange={(event) => setForm(name, event.currentTarget.value)}
      >
        <For each={options()}>{({ value, word }) => <option value={value}>{word}</option>}</For>
      </select>
    )

  return (
    <Dialog
      title="Spawn an agent"
      description="It gets a branch and a sandbox of its own."
      shape="wide"
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
          <div class="grid gap-x-4 gap-y-3 sm:grid-cols-2">
            <div class="sm:col-span-2">
              <Field label="Task" error={errors()['task']}>
                {(id, described) => (
                  <textarea
                    id={id}
                    rows="4"
                    data-autofocus
                    class={`${inputClass} h-auto! resize-y py-1.5`}
                    aria-describedby={described}
                    aria-invalid={errors()['task'] !== undefined}
                    placeholder="What should be true when it is done?"
                    value={form.task}
                    onInput={(event) => setForm('task', event.currentTarget.value)}
                    onKeyDown={(event) => event.key === 'Enter' && (event.metaKey || event.ctrlKey) && void send()}
                  />
                )}
              </Field>
            </div>
            <Field
              label="Repository"
              error={errors()['repository']}
              hint="A path where Mosaic runs, or an https or ssh address"
            >
              {text('repository', { placeholder: '/home/you/code/thing' })}
            </Field>
            <Field label="Branch to start from" error={errors()['branch']} hint="Empty: the repository's default">
              {text('branch')}
            </Field>
            <Field label="Model" error={errors()['model']} hint="Empty: the workspace's default">
              {text('model', { list: models })}
            </Field>
            <Field label="Name" error={errors()['name']} hint="Empty: one is chosen">
              {text('name')}
            </Field>
            <Field label="Type" error={errors()['agentType']}>
              {select('agentType', () => agentType.options.map((value) => ({ value, word: value })))}
            </Field>
            <Field label="Sandbox" error={errors()['sandbox']}>
              {select('sandbox', () => [
                { value: '', word: 'Best available' },
                ...sandboxKind.options.map((value) => ({ value, word: value })),
              ])}
            </Field>
          </div>
          <datalist id={models}>
            <For each={status.data?.models ?? []}>{(model) => <option value={model} />}</For>
          </datalist>
          <Show when={settings()}>
            {(unapproved) => (
              <ApproveSettings settings={unapproved()} branch={form.branch} onApproved={() => void send()} />
            )}
          </Show>
          <FormError sentence={failure()} />
        </DialogBody>
        <DialogFoot>
          <Button variant="ghost" onClick={() => props.onClose()}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" disabled={sending()}>
            {sending() ? 'Spawning…' : 'Spawn agent'}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}

function inputOf(form: Form): SpawnAgentInput {
  const filled = Object.entries(form).filter(([, value]) => value.trim() !== '')
  // Missing fields are for the schema to name; the cast only says that it will be asked.
  return { repository: '', task: '', ...Object.fromEntries(filled) } as SpawnAgentInput
}
