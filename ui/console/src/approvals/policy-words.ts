import type { ApprovalEffect, ApprovalRule } from '@mosaic/contracts/approval'
import { dollars } from '../time/format.ts'

export const effectWords: Record<ApprovalEffect, string> = { allow: 'Allow', ask: 'Ask', deny: 'Deny' }
export const effectOptions = Object.entries(effectWords).map(([value, word]) => ({ value, word }))

/** What has to fit for a rule to count, each with its pattern; nothing where it fits every call. */
export function conditionsOf({ tool, command, path, host, costAboveUsd }: ApprovalRule) {
  const named = {
    tool,
    command,
    path,
    host,
    'cost above': costAboveUsd === undefined ? undefined : dollars(costAboveUsd),
  }
  return Object.entries(named).flatMap(([name, pattern]) => (pattern === undefined ? [] : [{ name, pattern }]))
}

const units = [
  { seconds: 86_400, one: 'day' },
  { seconds: 3600, one: 'hour' },
  { seconds: 60, one: 'minute' },
  { seconds: 1, one: 'second' },
] as const

/** `90` as `1 minute 30 seconds`. */
export function spanWords(seconds: number): string {
  let left = seconds
  const parts: string[] = []
  for (const unit of units) {
    const count = Math.floor(left / unit.seconds)
    left -= count * unit.seconds
    if (count > 0) parts.push(`${count} ${unit.one}${count === 1 ? '' : 's'}`)
  }
  return parts.join(' ')
}
