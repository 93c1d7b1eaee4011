import type { ModelCall, ModelCallWhole } from '@mosaic/contracts/agent-session'
import pc from 'picocolors'
import { table } from './table.ts'
import { clockTime, duration, harmless, oneLine } from './text.ts'

const costOf = ({ usage }: ModelCall): string => {
  if (!usage) return '-'
  return usage.costUsd === null ? 'no price' : `$${usage.costUsd.toFixed(4)}`
}

const tokensIn = ({ usage }: ModelCall): string | number =>
  usage ? usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens : '-'

/** How it ended: as its server says it, where it was answered. */
const endOf = ({ outcome, stopReason, status, message }: ModelCall): string =>
  outcome === 'answered'
    ? harmless(stopReason ?? 'answered')
    : `${outcome}${status === null ? '' : ` ${status}`}${message === null ? '' : `: ${oneLine(harmless(message), 60)}`}`

export const modelCallTable = (calls: readonly ModelCall[]): string =>
  table(
    ['CALL', 'AT', 'MODEL', 'MESSAGES', 'NEW', 'IN', 'OUT', 'COST', 'TOOK', 'END'],
    calls.map((call) => [
      call.callId,
      clockTime(call.startedAt),
      oneLine(harmless(call.model), 40),
      call.messages,
      call.added,
      tokensIn(call),
      call.usage?.outputTokens ?? '-',
      costOf(call),
      duration(call.durationMs),
      endOf(call),
    ]),
  )

/** All of one call, as its dialect has it. */
export function modelCallText(call: ModelCallWhole): string {
  const part = (name: string, value: unknown) => `${pc.bold(name)}\n${harmless(JSON.stringify(value, null, 2))}`
  const leftOut = call.leftOut > 0 ? ` (the last; ${call.leftOut} before them are left out)` : ''
  return [
    modelCallTable([call]),
    part('request', call.head),
    part(`conversation${leftOut}`, call.conversation),
    part('answer', call.answer),
  ].join('\n\n')
}
