import { createSignal, Show } from 'solid-js'
import { sentenceOf } from '../sentence-of.ts'
import { useMosaic } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog.tsx'
import { Field, FormError, inputClass } from '../ui/field.tsx'
import { notify } from '../ui/toast.tsx'
import { terminate } from './commands.ts'
import { TreeChoice, useLivingBelow } from './tree-choice.tsx'

export default function TerminateDialog(props: { sessionId: string; onClose: () => void }) {
  const { fleet } = useMosaic()
  const below = useLivingBelow(() => props.sessionId)
  const [tree, setTree] = createSignal(false)
  const [note, setNote] = createSignal('')
  const [sending, setSending] = createSignal(false)
  const [failure, setFailure] = createSignal<string | null>(null)
  const name = () => fleet.sessions[props.sessionId]?.name ?? 'the agent'

  async function send(): Promise<void> {
    setSending(true)
    try {
      const { livesOn } = await terminate(props.sessionId, { note: note().trim() || undefined, tree: tree() })
      notify(`${name()} ends after its current step`, livesOn > 0 ? `${livesOn} that it spawned live on` : undefined)
      props.onClose()
    } catch (error) {
      setFailure(sentenceOf(error))
      setSending(false)
    }
  }

  return (
    <Show when={fleet.sessions[props.sessionId]}>
      <Dialog
        title={`Terminate ${name()}?`}
        description="It finishes the current step and then stops. Its commits stay on its branch."
        onClose={props.onClose}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void send()
          }}
        >
          <DialogBody>
            <Field label="Note (optional)" hint="Kept with the event, for whoever reads this later.">
              {(id, described) => (
                <input
                  id={id}
                  aria-describedby={described}
                  data-autofocus
                  class={inputClass}
                  value={note()}
                  maxLength={2000}
                  onInput={(event) => setNote(event.currentTarget.value)}
                />
              )}
            </Field>
            <TreeChoice verb="terminate" below={below()} checked={tree()} onChange={setTree} />
            <FormError sentence={failure()} />
          </DialogBody>
          <DialogFoot>
            <Button variant="ghost" onClick={() => props.onClose()}>
              Cancel
            </Button>
            <Button type="submit" variant="primary" disabled={sending()}>
              Terminate {name()}
            </Button>
          </DialogFoot>
        </form>
      </Dialog>
    </Show>
  )
}
