import { isOfSystemStream, recordNames } from '../wire/record.ts'
import type { FilterRequest } from '../wire/read-request.ts'
import { invalidArgument } from './refusals.ts'

export type Names = ReturnType<typeof recordNames>
export type Matches = (names: Names) => boolean

const NOTHING_BEFORE = '(?<![\\s\\S])'
const NOTHING_BEHIND = '(?![\\s\\S])'

/** .NET spells flags for a whole expression `(?i)`, which JavaScript takes beside it, and has its own anchors. */
function toRegExp(source: string): RegExp {
  const [, flags = '', rest = source] = /^\(\?([imsx]+)\)(.*)$/s.exec(source) ?? []
  const spelled = rest.replaceAll(/\\./gs, (escape) => {
    if (escape === '\\A') return NOTHING_BEFORE
    return escape === '\\z' || escape === '\\Z' ? NOTHING_BEHIND : escape
  })
  // Without this flag `\p` is nothing but the letter.
  const unicode = /\\p\{/i.test(rest) ? 'u' : ''
  return new RegExp(spelled, flags.replace('x', '') + unicode)
}

function compileExpression({ on, regex, prefixes }: FilterRequest): Matches {
  if (!on) throw invalidArgument('The filter has no expression.')
  if (regex === '') return (names) => prefixes.some((prefix) => names[on].startsWith(prefix))
  const expression = toRegExp(regex)
  return (names) => expression.test(names[on])
}

/** Compiles a filter; one without window or expression is refused, a bad expression too. */
export function compileFilter(filter: FilterRequest): Matches {
  const matches = compileExpression(filter)
  if (!filter.hasWindow) throw invalidArgument('The filter has no window.')
  return matches
}

/** Whether a stored record passes. */
export const matchesRecord = (matches: Matches, record: Uint8Array): boolean => matches(recordNames(record))

const MAX_INT32 = 2 ** 31 - 1

/** A search window of nothing: the real server looks at no event, and never comes to an end. */
export const looksAtNothing = (filter: FilterRequest | undefined): boolean =>
  filter?.window !== undefined && (filter.window === 0 || filter.window > MAX_INT32)

const OF_ALL = '$persistentsubscription-$all::'

const isShown = (stream: string): boolean =>
  stream !== '$epoch-information' &&
  !(stream.startsWith(OF_ALL) && (stream.endsWith('-checkpoint') || stream.endsWith('-parked')))

/** Whether $all shows an event: all but the book-keeping of persistent subscriptions to $all. */
export const shownInAll = (record: Uint8Array): boolean =>
  !isOfSystemStream(record) || isShown(recordNames(record).stream)
