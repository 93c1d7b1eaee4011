export interface Cut {
  maxCount: number
  maxAgeMs: number
  truncateBefore: number
}

export const NO_CUT: Cut = { maxCount: Infinity, maxAgeMs: Infinity, truncateBefore: 0 }
/** `$tb` of a stream that is deleted softly. */
export const GONE = 2 ** 63

export const isMeta = (stream: string): boolean => stream.startsWith('$$')
export const ownerOf = (metastream: string): string => metastream.slice(2)

/** Undefined when it is no JSON. */
export function fieldsOf(json: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(json) as Record<string, unknown>
  } catch {
    return undefined
  }
}

/** What metadata cuts off; one field of a wrong type, and it cuts nothing. */
export function cutOf(json: string): Cut {
  const fields = fieldsOf(json)
  if (!fields) return NO_CUT
  const number = (name: string, otherwise: number, least: number): number => {
    const value = fields[name]
    if (value === undefined) return otherwise
    if (typeof value !== 'number' || !Number.isInteger(value)) return Number.NaN
    return value < least ? otherwise : value
  }
  const maxCount = number('$maxCount', Infinity, 1)
  const maxAge = number('$maxAge', Infinity, 1)
  const truncateBefore = number('$tb', 0, 0)
  return [maxCount, maxAge, truncateBefore].some(Number.isNaN)
    ? NO_CUT
    : { maxCount, maxAgeMs: maxAge * 1000, truncateBefore }
}
