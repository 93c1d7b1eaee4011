import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { Show } from 'solid-js'
import { ReceiptLine } from '../actions/receipt.tsx'

/** While a kill is under way the panel says how far it is. */
export function KillProgress(props: { session: SessionView }) {
  const underWay = () => props.session.killReceipt.length > 0 && !hasEnded(props.session.status)
  return (
    <Show when={underWay()}>
      <div class="shrink-0 border-t border-line bg-raised px-3 py-1.5">
        <ReceiptLine session={props.session} />
      </div>
    </Show>
  )
}
