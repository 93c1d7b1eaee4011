import type { ApprovalPolicy, CheckedCall, CheckedPolicy } from '@mosaic/contracts/approval'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { useMutation } from '@tanstack/solid-query'
import { createMemo, createSignal, For, Match, Show, Switch } from 'solid-js'
import { useMosaic } from '../app-context.ts'
import { gateway } from '../gateway.ts'
import { sentenceOf } from '../sentence-of.ts'
import { dateAndTime } from '../time/format.ts'
import { Button } from '../ui/button.tsx'
import { Field, inputClass } from '../ui/field.tsx'
import { EffectBadge } from './effect-badge.tsx'
import { ExactText } from './exact-view.tsx'

/** So many sessions are offered, the newest. */
const mostSessions = 200
const shownCharacters = 300

/** What a policy would have said to the calls that a session has made. Nothing changes. `policy`: null where it cannot be tried yet. */
export function CheckPolicy(props: { policy: () => ApprovalPolicy | null; what: string }) {
  const { fleet, may } = useMosaic()
  const sessions = createMemo(() =>
    fleet
      .all()
      .toSorted((a, b) => b.requestedAt.localeCompare(a.requestedAt))
      .slice(0, mostSessions),
  )
  const [chosen, setChosen] = createSignal('')
  const sessionId = () => chosen() || (sessions()[0]?.sessionId ?? '')
  const check = useMutation(() => ({
    mutationFn: (body: { policy: ApprovalPolicy; sessionId: string }) =>
      gateway.call(gatewayRoutes.checkApprovalPolicy, { body }),
  }))
  const run = () => {
    const policy = props.policy()
    if (policy) check.mutate({ policy, sessionId: sessionId() })
    else check.reset()
  }
  return (
    <Show when={may(gatewayRoutes.checkApprovalPolicy)}>
      <section aria-label="Try it out" class="flex flex-col gap-2 border-t border-line pt-4">
        <h2 class="font-semibold">Try it out</h2>
        <p class="text-sm text-muted">
          What {props.what} would have said to the calls that a session has made, where it had been the only policy.
          Nothing changes.
        </p>
        <Show when={sessions().length > 0} fallback={<p class="text-sm text-faint">There is no session yet.</p>}>
          <div class="flex items-end gap-2">
            <div class="min-w-0 flex-1">
              <Field label="Session">
                {(id) => (
                  <select
                    id={id}
                    class={inputClass}
                    value={sessionId()}
                    onChange={(event) => {
                      setChosen(event.currentTarget.value)
                      check.reset()
                    }}
                  >
                    <For each={sessions()}>
                      {(session) => (
                        <option value={session.sessionId}>
                          {session.name}, {dateAndTime(session.requestedAt)}
                        </option>
                      )}
                    </For>
                  </select>
                )}
              </Field>
            </div>
            <Button disabled={check.isPending} onClick={run}>
              {check.isPending ? 'Looking…' : 'Check'}
            </Button>
          </div>
        </Show>
        <Switch>
          <Match when={check.error}>
            {(error) => (
              <p role="alert" class="text-sm text-failed">
                It could not be checked: {sentenceOf(error())}
              </p>
            )}
          </Match>
          <Match when={check.data}>{(checked) => <Checked checked={checked()} />}</Match>
        </Switch>
      </section>
    </Show>
  )
}

function Checked(props: { checked: CheckedPolicy }) {
  return (
    <Show
      when={props.checked.calls.length > 0}
      fallback={
        <p role="status" class="text-sm text-muted">
          The session has called nothing.
        </p>
      }
    >
      <Show when={props.checked.more}>
        <p class="text-xs text-faint">Only the newest calls are shown.</p>
      </Show>
      <div
        class="overflow-x-auto rounded-md border border-line"
        tabindex="0"
        role="group"
        aria-label="Calls and what is said to them"
      >
        <table class="w-full text-left text-xs">
          <thead class="bg-raised text-faint">
            <tr>
              <For each={['Turn', 'Call', 'It would', 'By', 'Then it was']}>
                {(name) => (
                  <th scope="col" class="px-2.5 py-1.5 font-medium whitespace-nowrap">
                    {name}
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody class="divide-y divide-line border-t border-line align-top">
            <For each={props.checked.calls}>{(call) => <Row call={call} />}</For>
          </tbody>
        </table>
      </div>
    </Show>
  )
}

function Row(props: { call: CheckedCall }) {
  const cell = 'px-2.5 py-1.5'
  return (
    <tr>
      <td class={`${cell} text-faint`}>{props.call.turn}</td>
      <td class={`${cell} min-w-48 font-mono [overflow-wrap:anywhere]`}>
        <span class="text-faint">
          <ExactText text={props.call.tool.slice(0, 200)} />{' '}
        </span>
        <ExactText text={props.call.shown.slice(0, shownCharacters)} />
        {props.call.shown.length > shownCharacters && '…'}
      </td>
      <td class={cell}>
        <EffectBadge effect={props.call.effect} />
      </td>
      <td class={`${cell} whitespace-nowrap text-muted`}>
        {props.call.because?.rule ? `rule ${props.call.because.rule}` : 'otherwise'}
      </td>
      <td class={`${cell} whitespace-nowrap text-muted`}>{props.call.decided ?? 'not asked about'}</td>
    </tr>
  )
}
