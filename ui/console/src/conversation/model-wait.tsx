import { hasEnded, isBudgetWait, type SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { Show } from 'solid-js'
import { retryModelCall } from '../actions/commands.ts'
import { useMosaic } from '../app-context.ts'
import { elapsed, timeOfDay } from '../time/format.ts'
import { now } from '../time/now.ts'
import { Button } from '../ui/button.tsx'

/** Since when an agent waits for its model, or for room in a budget, why, and when it tries again. */
export function ModelWait(props: { session: SessionView }) {
  const waiting = () => (hasEnded(props.session.status) ? null : props.session.modelWait)
  return <Show when={waiting()}>{(wait) => <Card session={props.session} wait={wait()} />}</Show>
}

function Card(props: { session: SessionView; wait: NonNullable<SessionView['modelWait']> }) {
  const { may } = useMosaic()
  const left = () => Date.parse(props.wait.nextTryAt) - now()
  return (
    <section
      role="status"
      class="flex shrink-0 items-start gap-2 border-t border-waiting-line bg-waiting-soft px-3 py-2 text-xs"
    >
      <p class="min-w-0 flex-1 break-words">
        <span class="font-semibold text-waiting">
          Waiting for {isBudgetWait(props.wait.reason) ? 'a budget' : 'the model'} since {timeOfDay(props.wait.since)}
        </span>
        <span class="text-muted">
          {left() > 0 ? `, next try in ${elapsed(left())}` : ', trying now'} · {props.wait.message}
        </span>
      </p>
      <Show when={may(gatewayRoutes.retryModelCall) && left() > 0}>
        <Button size="sm" onClick={() => void retryModelCall(props.session)}>
          Try now
        </Button>
      </Show>
    </section>
  )
}
