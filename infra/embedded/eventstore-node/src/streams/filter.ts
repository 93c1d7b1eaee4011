import { recordNames } from '../wire/record.ts'
import type { FilterRequest } from '../wire/read-request.ts'
import { MalformedRequestError, invalidArgument } from './refusals.ts'

export type Matches = (names: { stream: string; type: string }) => boolean

/** .NET spells flags for a whole expression `(?i)`; JavaScript takes them beside it. */
function toRegExp(source: string): RegExp {
  const [, flags = '', rest = source] = /^\(\?([imsx]+)\)(.*)$/s.exec(source) ?? []
  return new RegExp(rest, flags.replace('x', ''))
}

/** Compiles a filter; one without window or expression is refused, a bad expression too. */
export function compileFilter(filter: FilterRequest): Matches {
  const { on, regex, prefixes } = filter
  if (!on) throw invalidArgument('The filter has no expression.')
  if (!filter.hasWindow) throw invalidArgument('The filter has no window.')
  if (filter.window === 0) throw new MalformedRequestError('a search window of 0')
  if (regex === '') return (names) => prefixes.some((prefix) => names[on].startsWith(prefix))
  const expression = toRegExp(regex)
  return (names) => expression.test(names[on])
}

/** Whether a stored record passes. */
export const matchesRecord = (matches: Matches, record: Uint8Array): boolean => matches(recordNames(record))
