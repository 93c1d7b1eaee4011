import type { ApprovalPolicy, ApprovalRule } from '@mosaic/contracts/approval'
import { For, Show } from 'solid-js'
import { EffectBadge } from './effect-badge.tsx'
import { ExactText } from './exact-view.tsx'
import { conditionsOf, spanWords } from './policy-words.ts'

/** A policy as a person reads it: its rules in the order in which they are tried. */
export function PolicyView(props: { policy: ApprovalPolicy }) {
  const row = 'flex items-start gap-2.5 px-3 py-2'
  return (
    <div class="overflow-hidden rounded-md border border-line bg-raised text-sm">
      <ol aria-label="Rules, the first that fits counts" class="divide-y divide-line">
        <For each={props.policy.rules}>
          {(rule, at) => (
            <li class={row}>
              <span class="w-6 shrink-0 text-right text-xs leading-5 text-faint">{at() + 1}</span>
              <EffectBadge effect={rule.effect} />
              <Conditions rule={rule} />
            </li>
          )}
        </For>
        <li class={row}>
          <span class="w-6 shrink-0" />
          <EffectBadge effect={props.policy.otherwise} />
          <span class="text-muted">{props.policy.rules.length > 0 ? 'whatever none of them fits' : 'every call'}</span>
        </li>
      </ol>
      <p class="border-t border-line px-3 py-2 text-xs text-muted">
        A person is waited for {spanWords(props.policy.waitSeconds)}; if nobody answers, the call is{' '}
        {props.policy.atTimeout === 'deny' ? 'denied' : 'allowed'}.
      </p>
    </div>
  )
}

function Conditions(props: { rule: ApprovalRule }) {
  return (
    <div class="min-w-0 flex-1">
      <Show when={conditionsOf(props.rule).length > 0} fallback={<span class="text-muted">every call</span>}>
        <For each={conditionsOf(props.rule)}>
          {({ name, pattern }, at) => (
            <span>
              <Show when={at() > 0}>
                <span class="text-muted"> and </span>
              </Show>
              <span class="text-muted">{name} </span>
              <code class="rounded-xs bg-hover px-1 font-mono text-xs [overflow-wrap:anywhere]">
                <ExactText text={pattern} />
              </code>
            </span>
          )}
        </For>
      </Show>
      <Show when={props.rule.note}>
        {(note) => <p class="text-xs [overflow-wrap:anywhere] text-faint">{note()}</p>}
      </Show>
    </div>
  )
}
