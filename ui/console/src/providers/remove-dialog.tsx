import type { AgentProviderView } from '@mosaic/contracts/agent-provider'
import { hasEnded } from '@mosaic/contracts/agent-session'
import { Show } from 'solid-js'
import { useMosaic } from '../app-context.ts'
import { sentenceOf } from '../sentence-of.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogFoot } from '../ui/dialog.tsx'
import { FormError } from '../ui/field.tsx'
import { removeProvider, useProviderChange } from './use-providers.ts'

/** Asked before: its token is gone then, and what runs there is seen here no more. */
export function RemoveDialog(props: { provider: AgentProviderView; onClose: () => void }) {
  const { fleet } = useMosaic()
  const change = useProviderChange()
  const live = () =>
    fleet
      .all()
      .filter(({ provider, status }) => provider?.providerId === props.provider.providerId && !hasEnded(status)).length
  const send = () =>
    change
      .mutateAsync(() => removeProvider(props.provider))
      .then(
        () => props.onClose(),
        () => undefined,
      )
  return (
    <Dialog
      title={`Remove ${props.provider.name}?`}
      description="Its token is forgotten. This cannot be undone."
      onClose={props.onClose}
    >
      <DialogBody>
        <p class="text-muted">
          <Show when={live()} fallback="No session of it is live here.">
            {(count) => (
              <>
                {count()} {count() === 1 ? 'session' : 'sessions'} of it will have failed here, whatever they do there.
                To begin no others and go on seeing these, switch it off instead.
              </>
            )}
          </Show>
        </p>
        <FormError sentence={change.error ? sentenceOf(change.error) : null} />
      </DialogBody>
      <DialogFoot>
        <Button data-autofocus variant="ghost" onClick={() => props.onClose()}>
          Cancel
        </Button>
        <Button variant="danger" disabled={change.isPending} onClick={() => void send()}>
          Remove {props.provider.name}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
