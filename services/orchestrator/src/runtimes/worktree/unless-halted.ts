/** For work that cannot be cut off: it is left to itself, and the release waits for it. @throws the signal's reason */
export function unlessHalted<T>(halted: AbortSignal, work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  return new Promise<T>((resolve, reject) => {
    const halt = () => reject(halted.reason)
    if (halted.aborted) halt()
    halted.addEventListener('abort', halt, { once: true })
    work.then(resolve, reject).finally(() => halted.removeEventListener('abort', halt))
  })
}
