// Whether a `when` holds, and what its regular expressions found.
import type { Incoming, OperatorMessage, ToolResult } from './conversation.ts'
import type { Condition } from './schema.ts'
import { lookup } from './template.ts'

/** What a condition looks at. */
export interface Situation {
  turn: number
  /** The results that the list of steps at hand got last. */
  results: readonly ToolResult[]
  incoming: Incoming
  /** What the operator said and no step has answered yet. */
  pending: readonly OperatorMessage[]
  capture: Readonly<Record<string, unknown>>
}

export interface Match {
  /** Groups of the last regular expression that was looked at. */
  groups: string[]
  /** Named groups of all of them. */
  named: Record<string, string>
}

/** The match when every part of the condition holds, else `undefined`. No condition always holds. */
export function matches(condition: Condition | undefined, situation: Situation): Match | undefined {
  const match: Match = { groups: [], named: {} }
  if (!condition) return match
  const seek = (regex: RegExp | undefined, text: string) => regex === undefined || search(regex, text, match)
  const last = situation.results.at(-1)
  const holds =
    turnHolds(condition.turn, situation.turn) &&
    (condition.tool === undefined || situation.results.some(({ tool }) => tool === condition.tool)) &&
    (condition.isError === undefined || situation.results.some(({ isError }) => isError) === condition.isError) &&
    seek(condition.result, situation.results.map(({ text }) => text).join('\n')) &&
    fieldsHold(condition.field, last, match) &&
    seek(condition.said, situation.incoming.said) &&
    operatorHolds(condition.operatorSaid, situation.pending, match) &&
    Object.entries(condition.capture ?? {}).every(([name, regex]) =>
      search(regex, asText(situation.capture[name]), match),
    ) &&
    !(condition.not && matches(condition.not, situation)) &&
    anyHolds(condition.any, situation, match)
  return holds ? match : undefined
}

function search(regex: RegExp, text: string, match: Match): boolean {
  const found = regex.exec(text)
  if (!found) return false
  match.groups = found.map((group) => group ?? '')
  Object.assign(match.named, found.groups)
  return true
}

function turnHolds(wanted: Condition['turn'], turn: number): boolean {
  if (wanted === undefined) return true
  if (typeof wanted === 'number') return wanted === turn
  return turn >= (wanted.from ?? 1) && turn <= (wanted.to ?? Number.POSITIVE_INFINITY)
}

function fieldsHold(fields: Condition['field'], last: ToolResult | undefined, match: Match): boolean {
  return Object.entries(fields ?? {}).every(([path, wanted]) => {
    const value = lookup(last?.value, path.split('.'))
    return wanted instanceof RegExp ? value !== undefined && search(wanted, asText(value), match) : value === wanted
  })
}

function operatorHolds(regex: RegExp | undefined, pending: readonly OperatorMessage[], match: Match): boolean {
  return regex === undefined || (pending.length > 0 && search(regex, pending.map(({ text }) => text).join('\n'), match))
}

function anyHolds(any: Condition['any'], situation: Situation, match: Match): boolean {
  if (!any) return true
  const found = any.map((condition) => matches(condition, situation)).find((result) => result !== undefined)
  if (!found) return false
  match.groups = found.groups
  Object.assign(match.named, found.named)
  return true
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value)
}
