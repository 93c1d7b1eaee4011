/** Code units in ranges, ends included, in order and apart from one another. */
export type CharacterSet = readonly (readonly [from: number, to: number])[]

const last = 0xffff

export const setOf = (...ranges: readonly (readonly [from: string, to: string])[]): CharacterSet =>
  union(ranges.map(([from, to]) => [from.charCodeAt(0), to.charCodeAt(0)] as const))

export function union(...sets: readonly CharacterSet[]): CharacterSet {
  const merged: [number, number][] = []
  for (const [from, to] of sets.flat().toSorted(([a], [b]) => a - b)) {
    const before = merged.at(-1)
    if (before && from <= before[1] + 1) before[1] = Math.max(before[1], to)
    else merged.push([from, to])
  }
  return merged
}

export function inverted(set: CharacterSet): CharacterSet {
  const gaps: [number, number][] = []
  let next = 0
  for (const [from, to] of set) {
    if (from > next) gaps.push([next, from - 1])
    next = to + 1
  }
  if (next <= last) gaps.push([next, last])
  return gaps
}

/** ASCII letters in both cases where the set has them in one. */
export function caseless(set: CharacterSet): CharacterSet {
  const moved = (low: string, high: string, by: number) =>
    set.flatMap(([from, to]): CharacterSet => {
      const [begin, end] = [Math.max(from, low.charCodeAt(0)), Math.min(to, high.charCodeAt(0))]
      return begin <= end ? [[begin + by, end + by]] : []
    })
  return union(set, moved('a', 'z', -32), moved('A', 'Z', 32))
}

export const holds = (set: CharacterSet, code: number): boolean => set.some(([from, to]) => code >= from && code <= to)
