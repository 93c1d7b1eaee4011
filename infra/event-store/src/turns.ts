/** Events that are encoded in one turn of the event loop. */
const perTurn = 64

/**
 * Spreads the encoding of many appends over turns of the event loop. What is written leaves between two turns: the store
 * works on the first while the next are encoded, instead of both waiting for each other. Who asks is let go in order.
 */
export function inTurns(): (events: number) => Promise<void> {
  let taken = 0
  let next: Promise<void> | undefined
  const nextTurn = () =>
    new Promise<void>((resolve) => {
      setImmediate(() => {
        taken = 0
        next = undefined
        resolve()
      })
    })
  return async (events) => {
    while (taken >= perTurn) await (next ??= nextTurn())
    taken += events
    next ??= nextTurn()
  }
}
