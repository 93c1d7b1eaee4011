import { exactParts, terminalPlain } from '@mosaic/client'
import type { UsageTotal } from '@mosaic/contracts/agent-session'

/** Text of agents and others on one line, cut to a width. */
export function oneLine(text: string, width: number): string {
  // What an agent says must not be written over by the end of it: a line of ours would begin with their words.
  const line = harmless(text.replaceAll('\r', '\n'))
    .replaceAll(/[\s\u200B\u2060\uFEFF]+/g, ' ')
    .trim()
  return line.length <= width ? line : `${line.slice(0, Math.max(width - 1, 0))}…`
}

/** What an agent wrote must not steer the terminal. */
export const harmless = terminalPlain

/** The same to the letter: for whoever decides about a text, nothing of it is left out, and none of it is obeyed. */
export const exact = (text: string): string =>
  exactParts(text)
    .map((part) => part.text)
    .join('')

/** A span of time in its two largest units: `3m 20s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`
  const seconds = Math.floor(milliseconds / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  if (hours > 0) return `${hours}h ${minutes}m`
  return minutes > 0 ? `${minutes}m ${seconds % 60}s` : `${seconds}s`
}

/** Time of day, UTC, to the second. */
export const clockTime = (iso: string): string => iso.slice(11, 19)
export const dateTime = (iso: string): string => iso.slice(0, 19).replace('T', ' ')

/** Tokens and money. What is not known is said, never shown as nothing. */
export function usageText(usage: UsageTotal): string {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, uncountedCalls } = usage
  const parts = [
    `${inputTokens} in`,
    `${outputTokens} out`,
    cacheReadTokens > 0 && `${cacheReadTokens} read from the cache`,
    cacheWriteTokens > 0 && `${cacheWriteTokens} written to ${cacheReadTokens > 0 ? 'it' : 'the cache'}`,
    uncountedCalls > 0 && `${uncountedCalls} calls not counted`,
    costText(usage),
  ]
  return parts.filter(Boolean).join(', ')
}

function costText({ costUsd, unpricedCalls }: UsageTotal): string {
  const known = costUsd > 0 ? `$${costUsd.toFixed(4)}` : ''
  if (unpricedCalls === 0) return known
  return known ? `${known} and calls of unknown price` : 'price unknown'
}

/** For each id the shortest beginning that no other one shares, at least eight characters. */
export function shortIds(ids: readonly string[]): Map<string, string> {
  const sorted = [...new Set(ids)].sort()
  const shared = (one = '', other = '') => {
    let length = 0
    while (length < one.length && one[length] === other[length]) length++
    return length
  }
  return new Map(
    sorted.map((id, at) => {
      const needed = Math.max(shared(id, sorted[at - 1]), shared(id, sorted[at + 1])) + 1
      return [id, id.slice(0, Math.max(needed, 8)).replace(/-$/, '')]
    }),
  )
}
