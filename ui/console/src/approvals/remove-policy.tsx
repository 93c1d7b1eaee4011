import { createSignal, Show } from 'solid-js'
import { Button } from '../ui/button.tsx'
import { notify, notifyFailure } from '../ui/toast.tsx'
import { usePolicyChange } from './use-policy.ts'

/** Takes the policy away, once it was said a second time: what it kept agents from, they may do from then on. */
export function RemovePolicy() {
  const change = usePolicyChange()
  const [asked, setAsked] = createSignal(false)
  async function remove(): Promise<void> {
    try {
      await change.mutateAsync(null)
      notify('The workspace has no policy any more')
    } catch (error) {
      notifyFailure('The policy still counts', error)
    }
  }
  return (
    <Show
      when={asked()}
      fallback={
        <Button size="sm" variant="ghost" onClick={() => setAsked(true)}>
          Remove it…
        </Button>
      }
    >
      <Button size="sm" variant="danger" disabled={change.isPending} onClick={() => void remove()}>
        Remove it: agents may do what their sandboxes let them
      </Button>
      <Button size="sm" variant="ghost" onClick={() => setAsked(false)}>
        Keep it
      </Button>
    </Show>
  )
}
