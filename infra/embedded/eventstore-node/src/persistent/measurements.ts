const WINDOW = 1000
/** What the real server takes for a millisecond: 10,000 of its clock's nanoseconds. */
const UNIT = 10_000n

export type Measurement = readonly [key: string, value: number]

const QUANTILES: readonly (readonly [key: string, part: number])[] = [
  ['Quintile 1', 0],
  ['Quintile 2', 0.2],
  ['Quintile 3', 0.4],
  ['Quintile 4', 0.6],
  ['Quintile 5', 0.8],
  ['90%', 0.9],
  ['95%', 0.95],
  ['99%', 0.99],
  ['99.5%', 0.995],
  ['99.9%', 0.999],
]

/** How long a consumer took for its events, for groups with extra statistics. */
export class Measurements {
  readonly #started = new Map<string, bigint>()
  readonly #taken: number[] = []

  start(id: string): void {
    this.#started.set(id, process.hrtime.bigint())
  }

  end(id: string): void {
    const started = this.#started.get(id)
    if (started === undefined) return
    this.#started.delete(id)
    if (this.#taken.length >= WINDOW) this.#taken.shift()
    this.#taken.push(Number((process.hrtime.bigint() - started) / UNIT))
  }

  /** Nothing until the first event is answered. */
  observed(): Measurement[] {
    const sorted = this.#taken.toSorted((a, b) => a - b)
    const { length } = sorted
    if (length === 0) return []
    const at = (part: number) => sorted[Math.min(Math.floor(part * length), length - 1)]!
    const sum = sorted.reduce((total, value) => total + value, 0)
    return [
      ['Mean', Math.floor(sum / length)],
      ['Median', sorted[Math.floor(length / 2)]!],
      ['Fastest', sorted[0]!],
      ...QUANTILES.map(([key, part]) => [key, at(part)] as const),
      ['Highest', sorted.at(-1)!],
    ]
  }
}
