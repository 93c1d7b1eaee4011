const firstMs = 250
const longestMs = 10_000

/** A process that ran this long before it ended is not in a crash loop: its next restart is prompt again. */
export const steadyMs = 30_000

/** How long to wait before the next start after `failures` in a row (1 = the first): 250 ms, doubled up to 10 s. */
export function backOffMs(failures: number): number {
  return Math.min(firstMs * 2 ** Math.max(0, failures - 1), longestMs)
}

/** Failures in a row after one more, given how long the process ran before it ended. */
export function failuresAfter(failures: number, ranMs: number): number {
  return ranMs >= steadyMs ? 1 : failures + 1
}
