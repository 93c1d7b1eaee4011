import { setTimeout as delay } from 'node:timers/promises'

/** Carries out what may take only so long; the signal says when it is over. @throws TimeIsUpError */
export type TimeLimit = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>

/** The time of a budget was up in the midst of a call. What it has cost by then nobody can know. */
export class TimeIsUpError extends Error {
  override readonly name = 'TimeIsUpError'
}

type Limited = {
  /** From now on; `null`: as long as it likes. */
  readonly withinMs: number | null
  /** How much is left now, by the budgets as they are then. */
  readonly left: (signal: AbortSignal) => Promise<number | null>
  readonly halted: AbortSignal
}

/** The longest that a timer of Node's waits. */
const mostMs = 2 ** 31 - 1
/** A budget whose time stands still says again and again that little is left. */
const leastMs = 100

/**
 * Breaks off what is under way when the time of a budget is up. Before that it is asked whether it still is: budgets are raised,
 * and stand still while they are used up.
 */
export function timeLimit({ withinMs, left, halted }: Limited): TimeLimit {
  if (withinMs === null) return (work) => work(halted)
  const until = performance.now() + withinMs
  return async (work) => {
    const [over, done] = [new AbortController(), new AbortController()]
    const stop = AbortSignal.any([done.signal, halted])
    void untilUp(until - performance.now(), left, stop).then((isUp) => isUp && over.abort())
    try {
      return await work(AbortSignal.any([halted, over.signal]))
    } catch (error) {
      if (!over.signal.aborted || halted.aborted) throw error
      throw new TimeIsUpError('the time of a budget was up', { cause: error })
    } finally {
      done.abort()
    }
  }
}

/** `false`: nobody wants to know any more, or it is not limited any more. Who cannot be asked has not given more time. */
async function untilUp(firstMs: number, left: Limited['left'], stop: AbortSignal): Promise<boolean> {
  try {
    for (let waitMs: number | null = firstMs; waitMs === null || waitMs > 0; ) {
      if (waitMs === null) return false
      await delay(Math.min(Math.ceil(waitMs), mostMs), undefined, { signal: stop, ref: false })
      const leftMs = await left(stop)
      waitMs = leftMs === null || leftMs === 0 ? leftMs : Math.max(leftMs, leastMs)
    }
    return true
  } catch {
    return !stop.aborted
  }
}
