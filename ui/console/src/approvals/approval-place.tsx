import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import X from 'lucide-solid/icons/x'
import { createEffect, createSignal, Show } from 'solid-js'
import { IconButton } from '../ui/button.tsx'
import { ApprovalCard } from './approval-card.tsx'
import { decisionOf } from './decisions.ts'

/** Where a session asks to be allowed something; and, once somebody else has decided what was asked here, who and how. */
export function ApprovalPlace(props: { session: SessionView; hasKeys: boolean }) {
  const waiting = () => !hasEnded(props.session.status) && !props.session.unreadable && props.session.approval
  const [shown, setShown] = createSignal<string | null>(null)
  /** Decided by this page, or read. */
  const [known, setKnown] = createSignal<string | null>(null)
  createEffect(() => {
    const asked = props.session.approval
    if (asked) setShown(asked.approvalId)
  })
  const decided = () => {
    const decision = decisionOf(props.session.sessionId)
    return decision?.approvalId === shown() && decision?.approvalId !== known() ? decision : undefined
  }
  return (
    <Show
      when={waiting()}
      fallback={
        <Show when={decided()}>
          {(decision) => (
            <div class="flex shrink-0 items-start gap-2 border-t border-line bg-raised px-3 py-2 text-xs text-muted">
              <p role="status" class="min-w-0 flex-1 break-words">
                What {props.session.name} asked has been decided meanwhile. {decision().words}
              </p>
              <IconButton label="Close this message" onClick={() => setKnown(decision().approvalId)}>
                <X size={12} />
              </IconButton>
            </div>
          )}
        </Show>
      }
    >
      {(approval) => (
        // Another call is another card: nothing that was begun for the one before holds for it.
        <Show when={`${approval().approvalId} ${approval().digest}`} keyed>
          <ApprovalCard
            session={props.session}
            approval={approval()}
            hasKeys={props.hasKeys}
            onDecide={(approvalId) => setKnown(approvalId)}
          />
        </Show>
      )}
    </Show>
  )
}
