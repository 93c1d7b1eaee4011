import { isKillUnconfirmed, killWayOut } from '@mosaic/client'
import type { KillProof, SessionView } from '@mosaic/contracts/agent-session'
import { createSignal, For, Show } from 'solid-js'
import { sentenceOf } from '../sentence-of.ts'
import { useMosaic } from '../app-context.ts'
import { AgentBadge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { now } from '../time/now.ts'
import { CloseButton, Dialog, DialogBody, DialogFoot } from '../ui/dialog.tsx'
import { Field, FormError, inputClass } from '../ui/field.tsx'
import { StatusBadge } from '../ui/status.tsx'
import { kill } from './commands.ts'
import { howKilled } from './receipt-steps.ts'
import { Receipt } from './receipt.tsx'
import { TreeChoice, useLivingBelow } from './tree-choice.tsx'

/** Names what will be hit, then shows what came of it. */
export default function KillDialog(props: { sessionId: string; onClose: () => void }) {
  const { fleet } = useMosaic()
  const session = () => fleet.sessions[props.sessionId]
  const below = useLivingBelow(() => props.sessionId)
  const [withChildren, setWithChildren] = createSignal(false)
  const [reason, setReason] = createSignal('')
  const [targets, setTargets] = createSignal<string[] | null>(session()?.pending === 'kill' ? [props.sessionId] : null)
  const [livesOn, setLivesOn] = createSignal(0)
  const [failure, setFailure] = createSignal<string | null>(null)

  async function send(): Promise<void> {
    const tree = withChildren()
    const ids = [props.sessionId, ...(tree ? below().map(({ sessionId }) => sessionId) : [])]
    setFailure(null)
    setTargets(ids)
    try {
      const answer = await kill(props.sessionId, { reason: reason().trim() || undefined, tree })
      // Those that were being spawned meanwhile.
      setTargets([...new Set([...ids, ...answer.tree])])
      setLivesOn(answer.livesOn)
    } catch (error) {
      setFailure(sentenceOf(error))
      setTargets(null)
    }
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
                      <AgentBadge session={agent()} />
                    </p>
                    <p class="mt-0.5 line-clamp-2 text-muted">{agent().task}</p>
                    <p class="mt-1 text-xs text-faint">{consequence[agent().capabilities.killProof](agent())}</p>
                  </div>
                  <TreeChoice verb="kill" below={below()} checked={withChildren()} onChange={setWithChildren} />
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
                          <Show when={isKillUnconfirmed(hit(), now())}>
                            <p role="alert" class="mt-1 text-sm text-failed">
                              Kill unconfirmed. {killWayOut(hit())}
                            </p>
                          </Show>
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
            <Show when={livesOn() > 0}>
              <p class="mt-3 text-muted">
                {livesOn()} {livesOn() === 1 ? 'agent' : 'agents'} that it spawned live on.
              </p>
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
