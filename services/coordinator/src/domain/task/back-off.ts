const [firstSeconds, longestSeconds] = [10, 3600]

/**
 * When something is tried again: after 10 s, twice as long each time, at most an hour, and a quarter more or less.
 * @param failures how often it has failed; @param spread from 0 to 1
 */
export function nextTry(at: Date, { failures, spread }: { failures: number; spread: number }): string {
  const seconds = Math.min(longestSeconds, firstSeconds * 2 ** (failures - 1)) * (0.75 + spread / 2)
  return new Date(at.getTime() + Math.round(seconds * 1000)).toISOString()
}
