import { changedText } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { useQuery } from '@tanstack/solid-query'
import { createUniqueId, Match, Switch } from 'solid-js'
import { gateway } from '../gateway.ts'
import { sentenceOf } from '../sentence-of.ts'
import { type ChangesOffer, changesOffer, hasCheckout } from './changes-offer.ts'

type Props = {
  repository: string
  branch: string
  checked: boolean
  error: string | undefined
  onChange: (checked: boolean) => void
}

/** What the checkout has that no commit holds, and the choice to let the agent start from it. */
export function ChangesChoice(props: Props) {
  const seen = useQuery(() => ({
    queryKey: ['repository', props.repository],
    queryFn: ({ signal }) =>
      gateway.call(gatewayRoutes.inspectRepository, { query: { repository: props.repository }, signal }),
    enabled: hasCheckout(props.repository),
    retry: false,
  }))
  const offer = () => (seen.data ? changesOffer(seen.data, props.branch) : undefined)
  const unknown = () => (seen.error ? sentenceOf(seen.error) : seen.data?.changesUnknown)
  return (
    <div class="text-sm empty:-mt-3 sm:col-span-2" aria-live="polite">
      <Switch>
        <Match when={seen.isLoading}>
          <p class="text-xs text-faint">Looking for changes that are not committed…</p>
        </Match>
        <Match when={offer()}>{(found) => <Choice {...props} offer={found()} />}</Match>
        <Match when={unknown()}>
          {(why) => <p class="text-xs text-faint">The checkout cannot be looked at: {why()}</p>}
        </Match>
      </Switch>
    </div>
  )
}

function Choice(props: Props & { offer: ChangesOffer }) {
  const id = createUniqueId()
  return (
    <div class="flex items-start gap-2">
      <input
        id={id}
        type="checkbox"
        class="mt-1 size-3.5 accent-accent-solid"
        aria-describedby={`${id}-note`}
        aria-invalid={props.error !== undefined}
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>Take along what is not committed: {changedText(props.offer.changes)}</label>
        <p id={`${id}-note`} class={`text-xs ${props.error ? 'text-failed' : 'text-faint'}`}>
          {props.error ?? noteOf(props.offer)}
        </p>
      </div>
    </div>
  )
}

function noteOf({ elsewhere }: ChangesOffer): string {
  if (!elsewhere) return 'As a commit of its own on the agent’s branch. The checkout stays as it is.'
  if (elsewhere.branch === null) return 'No branch is checked out there: an agent cannot start from them.'
  return `Only an agent that starts from ${elsewhere.branch} can have them.`
}
