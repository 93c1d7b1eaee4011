import { ProblemError, wordsOf } from '@mosaic/client'
import { agentProviderKinds, type AgentProviderView, contactFault } from '@mosaic/contracts/agent-provider'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { createEffect, type JSX, Match, on, Show, Switch } from 'solid-js'
import { useMosaic } from '../app-context.ts'
import { sentenceOf } from '../sentence-of.ts'
import { age, dateAndTime, duration } from '../time/format.ts'
import { now } from '../time/now.ts'
import { Button } from '../ui/button.tsx'
import { standingOf, wayOut } from './provider-words.ts'
import { changeProvider, useProviderChange, useProviderTest } from './use-providers.ts'

type Props = { provider: AgentProviderView; onEdit: () => void; onRemove: () => void }

const colours = {
  active: 'text-running',
  off: 'text-muted',
  unreachable: 'text-failed',
  stale: 'text-waiting',
} as const

/** A provider, how it stands and what can be done with it. */
export function ProviderItem(props: Props) {
  const { may } = useMosaic()
  const change = useProviderChange()
  const test = useProviderTest()
  const name = () => props.provider.name
  // What came of it was of how it was before.
  createEffect(on([() => props.provider.address, () => props.provider.isActive], () => test.reset(), { defer: true }))
  const toggle = () => change.mutate(() => changeProvider(props.provider, { isActive: !props.provider.isActive }))
  return (
    <li class="flex flex-col gap-2 rounded-md border border-line bg-raised px-4 py-3">
      <div class="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 class="font-semibold break-all">{name()}</h2>
        <span class="text-xs text-faint">{agentProviderKinds[props.provider.kind].title}</span>
        <code class="min-w-0 font-mono text-xs break-all text-faint">{props.provider.address}</code>
        <span class="flex-1" />
        <span data-state={props.provider.state} class={`text-xs font-medium ${colours[props.provider.state]}`}>
          {standingOf(props.provider)}
        </span>
      </div>
      <Facts provider={props.provider} />
      <Troubles provider={props.provider} />
      <Show when={may(gatewayRoutes.changeAgentProvider)}>
        <div class="flex flex-wrap gap-2">
          <Button
            size="sm"
            disabled={test.isPending}
            aria-label={`Test ${name()}`}
            onClick={() => test.mutate(props.provider.providerId)}
          >
            {test.isPending ? 'Testing…' : 'Test'}
          </Button>
          <Button size="sm" aria-label={`Edit ${name()}`} onClick={() => props.onEdit()}>
            Edit
          </Button>
          <Button
            size="sm"
            disabled={change.isPending}
            aria-label={`Switch ${props.provider.isActive ? 'off' : 'on'} ${name()}`}
            data-tip={props.provider.isActive ? 'No new sessions; those that run go on, and are seen' : undefined}
            onClick={toggle}
          >
            {props.provider.isActive ? 'Switch off' : 'Switch on'}
          </Button>
          <Button size="sm" variant="ghost" aria-label={`Remove ${name()}`} onClick={() => props.onRemove()}>
            Remove
          </Button>
        </div>
        <div class="text-sm empty:-mt-2" role="status" aria-label={`Test of ${name()}`}>
          <Switch>
            <Match when={test.data}>
              {(tested) => (
                <p class="text-running">
                  It answered in {duration(tested().durationMs)}: version {tested().version ?? 'unknown'}, protocol{' '}
                  {tested().protocol ?? 'unknown'}.
                </p>
              )}
            </Match>
            <Match when={test.error}>{(error) => <Failed error={error()} />}</Match>
          </Switch>
        </div>
      </Show>
      <Show when={change.error}>
        {(error) => (
          <p role="alert" class="text-sm text-failed">
            {sentenceOf(error())}
          </p>
        )}
      </Show>
    </li>
  )
}

function Facts(props: { provider: AgentProviderView }) {
  const words = () => wordsOf(props.provider.capabilities)
  const heard = () => props.provider.lastContactAt
  return (
    <dl class="grid grid-cols-[112px_1fr] gap-y-0.5 text-xs">
      <Line name="Version">
        {[props.provider.version, props.provider.protocol && `protocol ${props.provider.protocol}`]
          .filter(Boolean)
          .join(', ') || 'not known yet'}
      </Line>
      <Line name="Last contact">
        <Show when={heard()} fallback="none since the orchestrator began">
          {(at) => (
            <time datetime={at()} title={dateAndTime(at())}>
              {agoOf(at())}
            </time>
          )}
        </Show>
      </Line>
      <Line name="Pause">{words().pause}</Line>
      <Line name="A message">{words().bargeIn}</Line>
      <Line name="A kill is">{words().kill}</Line>
      <Line name="Token">{props.provider.maskedToken ?? (props.provider.problem ? 'cannot be used' : 'none')}</Line>
    </dl>
  )
}

function agoOf(at: string): string {
  const old = age(now() - Date.parse(at))
  return old === 'now' ? old : `${old} ago`
}

function Line(props: { name: string; children: JSX.Element }) {
  return (
    <>
      <dt class="text-faint">{props.name}</dt>
      <dd class="min-w-0 break-words text-muted">{props.children}</dd>
    </>
  )
}

/** Why it cannot be spoken with, and what a person can do about that. */
function Troubles(props: { provider: AgentProviderView }) {
  return (
    <>
      <Show when={props.provider.state === 'unreachable' && props.provider.unreachable}>
        {(lost) => (
          <p class="text-sm break-words">
            <span class="text-failed">{lost().message}</span> <span class="text-muted">{wayOut(lost().code)}</span>
          </p>
        )}
      </Show>
      <Show when={props.provider.problem}>
        {(problem) => (
          <p class="text-sm break-words">
            <span class="text-failed">{problem()}</span>{' '}
            <span class="text-muted">{wayOut('CREDENTIAL_UNREADABLE')}</span>
          </p>
        )}
      </Show>
    </>
  )
}

function Failed(props: { error: unknown }) {
  const fault = () => {
    const details = props.error instanceof ProblemError ? props.error.problem.details : undefined
    return contactFault.safeParse(details?.['reason']).data
  }
  return (
    <p class="break-words">
      <span class="text-failed">{sentenceOf(props.error)}</span>{' '}
      <Show when={fault()}>{(code) => <span class="text-muted">{wayOut(code())}</span>}</Show>
    </p>
  )
}
