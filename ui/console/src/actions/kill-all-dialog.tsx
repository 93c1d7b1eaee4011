import { gatewayRoutes } from '@mosaic/contracts/http'
import { createSignal, For, Show } from 'solid-js'
import { gateway } from '../gateway.ts'
import { sentenceOf } from '../sentence-of.ts'
import { useMosaic } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { CloseButton, Dialog, DialogBody, DialogFoot } from '../ui/dialog.tsx'
import { Field, FormError, inputClass } from '../ui/field.tsx'
import { StatusBadge } from '../ui/status.tsx'
import { hitBy, scopeChoices } from './kill-scope.ts'
import { howKilled } from './receipt-steps.ts'
import { ReceiptLine } from './receipt.tsx'

const phrase = 'KILL ALL'

/** Every agent in a scope at once. Typed, and accounted for one by one. */
export default function KillAllDialog(props: { onClose: () => void }) {
  const { fleet } = useMosaic()
  const [scopeId, setScopeId] = createSignal('all')
  const [typed, setTyped] = createSignal('')
  const [sending, setSending] = createSignal(false)
  const [hit, setHit] = createSignal<string[] | null>(null)
  const [failure, setFailure] = createSignal<string | null>(null)
  const choices = () => scopeChoices(fleet.all())
  const chosen = () => choices().find(({ id }) => id === scopeId()) ?? choices()[0]!
  const ready = () => typed() === phrase && chosen().hit > 0 && !sending()

  async function send(): Promise<void> {
    if (!ready()) return
    const { scope } = chosen()
    setSending(true)
    setFailure(null)
    // Their receipts come while the answer still waits for the last of them.
    setHit(hitBy(scope, fleet.all()).map(({ sessionId }) => sessionId))
    try {
      const { sessionIds } = await gateway.call(gatewayRoutes.killAll, {
        body: { scope, confirm: phrase },
      })
      setHit(sessionIds)
    } catch (error) {
      setHit(null)
      setFailure(sentenceOf(error))
      setSending(false)
    }
  }

  return (
    <Dialog
      title={hit() ? 'Killing all' : 'Kill all agents?'}
      description={
        hit() ? undefined : 'At once, with every process that they started. Nothing new is spawned until you unfreeze.'
      }
      onClose={props.onClose}
    >
      <Show
        when={hit()}
        fallback={
          <form
            class="flex min-h-0 flex-col"
            onSubmit={(event) => {
              event.preventDefault()
              void send()
            }}
          >
            <DialogBody>
              <fieldset class="flex flex-col gap-1">
                <legend class="mb-1 text-xs font-medium text-muted">Whom</legend>
                <For each={choices()}>
                  {(choice) => (
                    <label class="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-sm border border-line px-3 py-1.5 hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft">
                      <input
                        type="radio"
                        name="scope"
                        class="accent-accent-solid"
                        checked={choice.id === chosen().id}
                        onChange={() => setScopeId(choice.id)}
                      />
                      <span class="min-w-0 flex-1 break-words">{choice.name}</span>
                      <span class="shrink-0 text-muted">{choice.hit} live</span>
                    </label>
                  )}
                </For>
              </fieldset>
              <div class="mt-4">
                <Field label={`Type ${phrase} to confirm`}>
                  {(id) => (
                    <input
                      id={id}
                      class={inputClass}
                      value={typed()}
                      autocomplete="off"
                      data-autofocus
                      spellcheck={false}
                      placeholder={phrase}
                      onInput={(event) => setTyped(event.currentTarget.value)}
                    />
                  )}
                </Field>
              </div>
              <FormError sentence={failure()} />
            </DialogBody>
            <DialogFoot>
              <Button variant="ghost" onClick={() => props.onClose()}>
                Cancel
              </Button>
              <Button type="submit" variant="danger" disabled={!ready()}>
                Kill {chosen().hit} {chosen().hit === 1 ? 'agent' : 'agents'}
              </Button>
            </DialogFoot>
          </form>
        }
      >
        {(ids) => <Receipts ids={ids()} onClose={props.onClose} />}
      </Show>
    </Dialog>
  )
}

function Receipts(props: { ids: readonly string[]; onClose: () => void }) {
  const { fleet } = useMosaic()
  const killed = (how: 'proved' | 'reported') =>
    props.ids.filter((id) => fleet.sessions[id] && howKilled(fleet.sessions[id]) === how).length
  return (
    <>
      <DialogBody>
        <p role="status" class="mb-2 text-muted">
          {killed('proved')} of {props.ids.length} killed, no process left
          <Show when={killed('reported')}>{(count) => <>; {count()} more reported as killed</>}</Show>
        </p>
        <ul aria-label="Receipts" class="flex flex-col">
          <For each={props.ids}>
            {(id) => (
              <Show when={fleet.sessions[id]}>
                {(session) => (
                  <li class="flex h-8 items-center gap-3 border-line not-first:border-t">
                    <span class="min-w-0 flex-1 truncate font-medium">{session().name}</span>
                    <ReceiptLine session={session()} />
                    <span class="w-24">
                      <StatusBadge session={session()} />
                    </span>
                  </li>
                )}
              </Show>
            )}
          </For>
        </ul>
      </DialogBody>
      <DialogFoot>
        <CloseButton onClose={props.onClose} />
      </DialogFoot>
    </>
  )
}
