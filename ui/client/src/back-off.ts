const firstDelayMs = 250
const longestDelayMs = 8_000

/** The wait before attempt `n` (from 0): doubles up to eight seconds, half of it random (`random` from 0 to 1). */
export const backOffMs = (attempt: number, random: number): number =>
  Math.min(longestDelayMs, firstDelayMs * 2 ** attempt) * (0.5 + random / 2)

/** Settles after so many milliseconds, or at once when the signal is aborted. */
export function after(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    if (signal?.aborted) done()
    else signal?.addEventListener('abort', done)
  })
}
