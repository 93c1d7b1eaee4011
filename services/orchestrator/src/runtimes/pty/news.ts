/** What is told of a screen at once, in characters: of more its end. */
export const mostTold = 8_000

/** The lines that are there now and were not before: what was added below, or all from the first line that is another. */
export function newsOf(before: readonly string[], now: readonly string[]): string {
  const start = overlap(before, now)
  const text = now
    .slice(start)
    .join('\n')
    .replace(/^\n+|\n+$/g, '')
  return text.length <= mostTold ? text : `…\n${text.slice(-mostTold)}`
}

/** Old lines may have gone above what is kept: what was last is looked for in what is there. */
function overlap(before: readonly string[], now: readonly string[]): number {
  const same = before.findIndex((line, at) => line !== now[at])
  if (same < 0) return before.length
  // Up to the line that was the last, which may have grown.
  if (same >= before.length - 1) return same
  const gone = 1 + before.slice(1).findIndex((_, at) => isBeginningOf(before.slice(at + 1, -1), now))
  return gone > 0 && gone < before.length - 1 ? before.length - 1 - gone : same
}

const isBeginningOf = (lines: readonly string[], all: readonly string[]) =>
  lines.length > 0 && lines.every((line, at) => line === all[at])

/** Shown as it is by whoever shows a message: nothing in it is formatting. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${text}\n${fence}`
}
