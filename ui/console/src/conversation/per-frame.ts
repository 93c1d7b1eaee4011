/** Collects what arrives between two frames of the screen and hands it on at once. */
export function perFrame<T>(handle: (batch: T[]) => void) {
  let batch: T[] = []
  let cancel = () => {}
  let scheduled = false

  const flush = () => {
    cancel()
    scheduled = false
    if (batch.length === 0) return
    const full = batch
    batch = []
    handle(full)
  }

  return {
    add(item: T): void {
      batch.push(item)
      if (scheduled) return
      scheduled = true
      cancel = schedule(flush)
    },
    flush,
    discard(): void {
      batch = []
      cancel()
    },
  }
}

// A hidden page gets no animation frames, but must not let its queue grow.
function schedule(callback: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(callback, 250)
    return () => clearTimeout(timer)
  }
  const frame = requestAnimationFrame(callback)
  return () => cancelAnimationFrame(frame)
}
