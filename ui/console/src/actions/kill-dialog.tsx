import { hasEnded, type KillProof, type SessionView } from '@mosaic/contracts/agent-session'
import { createSignal, For, Show } from 'solid-js'
import { sentenceOf } from '../sentence-of.ts'
import { useMosaic } from '../app-context.ts'
import { withDescendants } from '../fleet/tree.ts'
import { Button } from '../ui/button.tsx'
import { CloseButton, Dialog, DialogBody, DialogFoot } from '../ui/dialog.tsx'
import { Field, FormError, inputClass } from '../ui/field.tsx'
import { StatusBadge } from '../ui/status.tsx'
import { kill } from './commands.ts'
import { howKilled } from './receipt-steps.ts'
import { Receipt } from './receipt.tsx'

/** Names what will be hit, then shows what came of it. */
export default function KillDialog(props: { sessionId: string; onClose: () => void }) {
  const { fleet } = useMosaic()
  const session = () => fleet.sessions[props.sessionId]
  const below = () =>
    withDescendants(fleet.all(), props.sessionId).filter(
      ({ sessionId, status }) => sessionId !== props.sessionId && !hasEnded(status),
    )
  const [withChildren, setWithChildren] = createSignal(false)
  const [reason, setReason] = createSignal('')
  const [targets, setTargets] = createSignal<string[] | null>(session()?.pending === 'kill' ? [props.sessionId] : null)
  const [failure, setFailure] = createSignal<string | null>(null)

  async function send(): Promise<void> {
    const ids = [props.sessionId, ...(withChildren() ? below().map(({ sessionId }) => sessionId) : [])]
    setFailure(null)
    setTargets(ids)
    const answers = await Promise.allSettled(ids.map((id) => kill(id, reason().trim() || undefined)))
    const refused = answers.find((answer) => answer.status === 'rejected')
    if (!refused) return
    setFailure(sentenceOf(refused.reason))
    if (answers[0]?.status === 'rejected') setTargets(null)
  }

  return (
    <Show when={session()}>
      {(agent) => (
        <Dialog
          title={titleOf(agent().name, targets() !== null, howKilled(agent()))}
          description={
            targets() === null ? 'At once, without finishing the current step. This cannot be undone.' : undefined
          }
          onClose={props.onClose}
        >
          <DialogBody>
            <Show
              when={targets()}
              fallback={
                <div class="flex flex-col gap-4">
                  <div class="rounded-md border border-line bg-raised px-3 py-2.5">
                    <p class="flex items-center gap-2">
                      <span class="font-medium">{agent().name}</span>
                      <StatusBadge session={agent()} />
                    </p>
                    <p class="mt-0.5 line-clamp-2 text-muted">{agent().task}</p>
                    <p class="mt-1 text-xs text-faint">{consequence[agent().capabilities.killProof](agent())}</p>
                  </div>
                  <Show when={below().length > 0}>
                    <label class="flex items-start gap-2">
                      <input
                        type="checkbox"
                        class="mt-1 size-3.5 accent-accent-solid"
                        checked={withChildren()}
                        onChange={(event) => setWithChildren(event.currentTarget.checked)}
                      />
                      <span>
                        Also kill the {below().length} live {below().length === 1 ? 'agent' : 'agents'} that it spawned
                        <span class="block text-xs text-faint">
                          {below()
                            .map(({ name }) => name)
                            .join(', ')}
                          . Otherwise they go on.
                        </span>
                      </span>
                    </label>
                  </Show>
                  <Field label="Reason (optional)">
                    {(id) => (
                      <input
                        id={id}
                        class={inputClass}
                        value={reason()}
                        maxLength={2000}
                        onInput={(event) => setReason(event.currentTarget.value)}
                      />
                    )}
                  </Field>
                </div>
              }
            >
              {(ids) => (
                <For each={ids()}>
                  {(id) => (
                    <Show when={fleet.sessions[id]}>
                      {(hit) => (
                        <section aria-label={`Receipt of ${hit().name}`} class="not-first:mt-3">
                          <Show when={ids().length > 1}>
                            <h3 class="font-medium">{hit().name}</h3>
                          </Show>
                          <Receipt session={hit()} />
                          <Show when={hit().status === 'completed' || hit().status === 'failed'}>
                            <p class="mt-1 text-sm text-muted">It had ended before the kill arrived.</p>
                          </Show>
                        </section>
                      )}
                    </Show>
                  )}
                </For>
              )}
            </Show>
            <FormError sentence={failure()} />
          </DialogBody>
          <DialogFoot>
            <Show when={targets() === null} fallback={<CloseButton onClose={props.onClose} />}>
              <Button data-autofocus variant="ghost" onClick={() => props.onClose()}>
                Cancel
              </Button>
              <Button variant="danger" onClick={() => void send()}>
                {withChildren() ? `Kill ${below().length + 1} agents` : `Kill ${agent().name}`}
              </Button>
            </Show>
          </DialogFoot>
        </Dialog>
      )}
    </Show>
  )
}

const consequence: Record<KillProof, (session: SessionView) => string> = {
  kernel: ({ sandbox, branch }) =>
    `Its model call is cut off and every process in its ${sandbox?.kind ?? ''} sandbox gets SIGKILL. Commits that it made stay on ${branch ?? 'its branch'}.`,
  reported: () =>
    'What runs it is asked to end it at once. That it has ended is then known only from what is reported: its processes are not ours to look at.',
}

function titleOf(name: string, sent: boolean, killed: ReturnType<typeof howKilled>): string {
  if (killed === 'proved') return `Killed ${name}`
  if (killed === 'reported') return `${name} is reported as killed`
  return sent ? `Killing ${name}` : `Kill ${name}?`
}
