import type { WorkspacePolicy } from '@mosaic/contracts/approval'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { useMosaic } from '../app-context.ts'
import { Banners } from '../banners/banners.tsx'
import { Header } from '../header/header.tsx'
import { sentenceOf } from '../sentence-of.ts'
import { dateAndTime } from '../time/format.ts'
import { Button } from '../ui/button.tsx'
import { CheckPolicy } from './check-policy.tsx'
import { PolicyEditor } from './policy-editor.tsx'
import { PolicyView } from './policy-view.tsx'
import { RemovePolicy } from './remove-policy.tsx'
import { usePolicy } from './use-policy.ts'
import { WaitingList } from './waiting-list.tsx'

/** What waits for an approval, and what agents of the workspace may do unasked. */
export default function ApprovalsPage() {
  const policy = usePolicy()
  return (
    <div class="flex h-full flex-col">
      <Header />
      <Banners />
      <main aria-label="Approvals" class="min-h-0 flex-1 overflow-y-auto bg-overlay">
        <div class="mx-auto flex max-w-3xl flex-col gap-4 p-5">
          <div>
            <h1 class="text-md font-semibold">Approvals</h1>
            <p class="mt-1 text-sm text-muted">
              What agents of this workspace may do unasked, what a person is asked about, and what is refused. Patterns
              are a convenience; what holds is the sandbox.
            </p>
          </div>
          <WaitingList />
          <h2 class="border-t border-line pt-4 font-semibold">The workspace’s policy</h2>
          <Switch>
            <Match when={policy.data}>{(found) => <Policy found={found()} />}</Match>
            <Match when={policy.isPending}>
              <div class="skeleton h-24" aria-hidden="true" />
            </Match>
            <Match when={policy.error}>
              {(error) => (
                <div role="alert" class="flex flex-col items-start gap-2 text-muted">
                  <p>The policy could not be loaded. {sentenceOf(error())}</p>
                  <Button size="sm" onClick={() => void policy.refetch()}>
                    Try again
                  </Button>
                </div>
              )}
            </Match>
          </Switch>
        </div>
      </main>
    </div>
  )
}

function Policy(props: { found: WorkspacePolicy }) {
  const { may } = useMosaic()
  const [editing, setEditing] = createSignal(false)
  const policy = () => props.found.policy
  return (
    <Show when={!editing()} fallback={<PolicyEditor policy={policy()} onClose={() => setEditing(false)} />}>
      <Show
        when={policy()}
        fallback={
          <p class="text-sm text-muted">
            There is none: what their sandboxes let them, agents may do, where neither mission nor task says more.
          </p>
        }
      >
        {(policy) => (
          <>
            <p class="-mt-3 text-xs text-faint">
              Set by {props.found.setBy}, {dateAndTime(props.found.setAt ?? '')}. Missions and tasks may each have one
              besides: the strictest of what they say wins.
            </p>
            <PolicyView policy={policy()} />
          </>
        )}
      </Show>
      <Show
        when={may(gatewayRoutes.setApprovalPolicy)}
        fallback={<p class="text-xs text-faint">An admin can change it.</p>}
      >
        <div class="flex gap-2">
          <Button size="sm" onClick={() => setEditing(true)}>
            {policy() ? 'Edit the policy' : 'Set a policy'}
          </Button>
          <Show when={policy()}>
            <RemovePolicy />
          </Show>
        </div>
      </Show>
      <Show when={policy()}>
        <CheckPolicy policy={policy} what="the policy" />
      </Show>
    </Show>
  )
}
