import { changedText, ProblemError } from '@mosaic/client'
import { spawnAgent } from '@mosaic/contracts/agent-session'
import { gatewayRoutes, type SpawnAnswer } from '@mosaic/contracts/http'
import { useQuery } from '@tanstack/solid-query'
import { createStore } from 'solid-js/store'
import { createSignal, Show } from 'solid-js'
import { gateway } from '../gateway.ts'
import { sentenceOf } from '../sentence-of.ts'
import { usePresets } from '../agents/use-presets.ts'
import { useProviders } from '../providers/use-providers.ts'
import { useMosaic } from '../app-context.ts'
import { pageActions } from '../palette/page-actions.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog.tsx'
import { FormError } from '../ui/field.tsx'
import { notify } from '../ui/toast.tsx'
import { ApproveSettings, unapprovedIn, type UnapprovedSettings } from './approve-settings.tsx'
import { SpawnFields } from './spawn-fields.tsx'
import { beginForm, inputOf, isShown, type SpawnForm, takes } from './spawn-form.ts'

/** A new agent. The fields that the server refuses say why beside them. */
export default function SpawnDialog(props: { onClose: () => void }) {
  const { fleet } = useMosaic()
  const status = useQuery(() => ({ queryKey: ['status'], queryFn: () => gateway.call(gatewayRoutes.status) }))
  const presets = usePresets()
  const providers = useProviders()
  const [form, setForm] = createStore<SpawnForm>(beginForm(fleet.all()))
  const [repository, setRepository] = createSignal(form.repository)
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
      const spawned = await gateway.call(gatewayRoutes.spawn, { body: input })
      tell(spawned, input.task)
      props.onClose()
      pageActions().show?.(spawned.sessionId)
    } catch (error) {
      setSettings(unapprovedIn(error))
      const fields = error instanceof ProblemError ? error.fields : {}
      setErrors(fields)
      if (Object.keys(fields).some((field) => !isShown(form, field)) || Object.keys(fields).length === 0)
        setFailure(sentenceOf(error))
      setSending(false)
    }
  }

  const doersProblem = () => {
    const error = presets.error ?? providers.error
    return error ? `Who else could do it is not known. ${sentenceOf(error)}` : undefined
  }

  /** Another checkout has other changes: those of the one before were meant. */
  function lookElsewhere(): void {
    setForm('withChanges', false)
    setRepository(form.repository.trim())
  }

  return (
    <Dialog
      title="Spawn an agent"
      description={
        takes(form, 'repository')
          ? 'It gets a branch and a sandbox of its own.'
          : 'It runs at its provider, which decides what it may do there.'
      }
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
          <SpawnFields
            form={form}
            errors={errors()}
            models={status.data?.models ?? []}
            presets={presets.data?.items ?? []}
            providers={providers.data?.items ?? []}
            doersProblem={doersProblem()}
            repository={repository()}
            onText={(name, value) => {
              setForm(name, value)
              // What the last one had may be none of this one's.
              if (name === 'doer') setForm({ model: '', sandbox: '' })
            }}
            onRepository={lookElsewhere}
            onWithChanges={(withChanges) => setForm('withChanges', withChanges)}
            onSubmit={() => void send()}
          />
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

/** What became of it; that changes stayed behind, also where it was asked for before they had been found. */
function tell({ queued, changes }: SpawnAnswer, task: string): void {
  const title = queued ? `Agent is queued, ${queued.place} in line` : 'Agent is starting'
  const behind = changes && !changes.taken ? `Not committed, and not taken along: ${changedText(changes)}` : ''
  notify(title, behind || task.slice(0, 120))
}
