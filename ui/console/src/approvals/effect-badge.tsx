import type { ApprovalEffect } from '@mosaic/contracts/approval'
import { effectWords } from './policy-words.ts'

/** The word says it, the border once more: none of these is a status. */
const looks: Record<ApprovalEffect, string> = {
  allow: 'border-line text-muted',
  ask: 'border-line-strong text-ink',
  deny: 'border-line-strong bg-hover text-ink',
}

export function EffectBadge(props: { effect: ApprovalEffect }) {
  return (
    <span
      class={`inline-flex h-5 w-12 shrink-0 items-center justify-center rounded-xs border text-xs font-semibold ${looks[props.effect]}`}
    >
      {effectWords[props.effect]}
    </span>
  )
}
