/** One side of a comparison: a figure per run (events per second, or milliseconds) and what to clean up. */
export type Side = { readonly name: string; run(round: number): Promise<number> }

export type Comparison = {
  readonly name: string
  readonly unit: string
  readonly ours: Side
  readonly reference: Side
  /** The ratio is always ours ÷ reference; `lower` says that a small one is good, so that the worst is the largest. */
  readonly better: 'higher' | 'lower'
  readonly bar?: string
  readonly pairs?: number
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)

/** The value at a fraction of the sorted list (nearest rank). */
export function percentile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN
}

const shown = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2))

/**
 * Runs both sides in turn, whoever goes first alternating, and prints `name ratio (worst) unit` with the absolute
 * figures beside it. One pair before the first counts for nothing: it warms both up.
 */
export async function compare(comparison: Comparison): Promise<{ ratio: number; worst: number }> {
  const { ours, reference, better, pairs = 5 } = comparison
  const figures = { ours: [] as number[], reference: [] as number[] }
  const ratios: number[] = []
  for (let pair = -1; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? [ours, reference] : [reference, ours]
    const got = new Map<Side, number>()
    for (const side of order) got.set(side, await side.run(pair + 1))
    if (pair < 0) continue
    const [a, b] = [got.get(ours) ?? Number.NaN, got.get(reference) ?? Number.NaN]
    figures.ours.push(a)
    figures.reference.push(b)
    ratios.push(a / b)
  }
  const ratio = median(ratios)
  const worst = better === 'higher' ? Math.min(...ratios) : Math.max(...ratios)
  console.log(`${comparison.name} ${ratio.toFixed(2)} (${worst.toFixed(2)}) ${comparison.unit}`)
  console.log(
    `  ${ours.name}: ${shown(median(figures.ours))}, ${reference.name}: ${shown(median(figures.reference))}` +
      `${comparison.bar ? `; bar ${comparison.bar}` : ''}; ${pairs} pairs`,
  )
  return { ratio, worst }
}

/** Milliseconds that some work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Does `total` pieces of work with so many under way at once. */
export async function inFlight(
  width: number,
  total: number,
  one: (n: number, worker: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: width }, async (_, worker) => {
      while (next < total) await one(next++, worker)
    }),
  )
}
