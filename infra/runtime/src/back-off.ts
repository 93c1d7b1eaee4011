export type Pauses = {
  /** The first pause; each is twice as long as the one before, up to the longest. */
  readonly firstMs: number
  readonly longestMs: number
  /** Share of a pause that is left to chance (0 to 1), so that many who failed together do not come back together. */
  readonly spread?: number
}

/** How long to pause after so many failures in a row (1 = the first), in milliseconds. */
export function pauseAfter(failures: number, { firstMs, longestMs, spread = 0 }: Pauses, random = Math.random): number {
  const whole = Math.min(firstMs * 2 ** Math.max(0, failures - 1), longestMs)
  return whole * (1 - spread * random())
}

/**
 * How long to pause where the other side has said how long, in milliseconds: never less than it says, nor than usual,
 * and up to a tenth longer (at least a second, a minute at most), so that all who wait for one moment do not come at once.
 */
export function pauseAsked(askedMs: number, usualMs: number, random = Math.random): number {
  return Math.max(askedMs, usualMs) + Math.min(Math.max(askedMs / 10, 1000), 60_000) * random()
}

/** Growing pauses between attempts at something. */
export class BackOff {
  readonly #pauses: Pauses
  #failures = 0

  constructor(pauses: Pauses) {
    this.#pauses = pauses
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures
  }

  /** It works again: the next pause is the first. */
  reset(): void {
    this.#failures = 0
  }

  /** Counts a failure and waits; `onPause` is told how long. Settles at once, and never rejects, when it is aborted. */
  pause(signal: AbortSignal, onPause?: (milliseconds: number) => void): Promise<void> {
    const milliseconds = pauseAfter(++this.#failures, this.#pauses)
    onPause?.(milliseconds)
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, milliseconds)
      signal.addEventListener('abort', end)
    })
  }
}

export type Persistence = Pauses & {
  readonly signal: AbortSignal
  /** Whether it is worth trying again after this; anything is, when not given. Told how many failures there were in a row. */
  readonly isPassing?: (error: unknown, failures: number) => boolean
}

/**
 * Does work until it succeeds, with growing pauses. The work must be safe to repeat.
 * @throws what is not passing; the signal's reason when it is aborted
 */
export async function persistently<T>(work: () => Promise<T>, options: Persistence): Promise<T> {
  const { signal, isPassing = () => true } = options
  const backOff = new BackOff(options)
  for (;;) {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error, backOff.failures + 1)) throw error
      await backOff.pause(signal)
    }
  }
}
