/** How many publishes may be unacknowledged at once: enough to hide the round trip, few enough to repeat. */
const most = 512

export type PublishWindow = {
  /** Resolves when there is room for another publish. */
  room(): Promise<void>
  add(position: string, publish: Promise<void>): void
  size(): number
  /** Resolves when every publish has been answered. */
  settled(): Promise<void>
}

/** Keeps publishes in flight, in order. The first failure is told once; what follows it fails by its sequence. */
export function publishWindow(options: {
  onAcknowledged(position: string): void
  onFailure(error: unknown): void
  /** How many are in flight, whenever that changes. */
  onSize(size: number): void
}): PublishWindow {
  const inFlight = new Set<Promise<void>>()
  let failed = false
  let wake: () => void = () => undefined

  const track = async (position: string, publish: Promise<void>) => {
    try {
      await publish
      if (!failed) options.onAcknowledged(position)
    } catch (error) {
      if (!failed) options.onFailure(error)
      failed = true
    }
  }
  return {
    async room() {
      while (inFlight.size >= most && !failed) await new Promise<void>((resolve) => (wake = resolve))
    },
    add(position, publish) {
      const tracked = track(position, publish).finally(() => {
        inFlight.delete(tracked)
        options.onSize(inFlight.size)
        wake()
      })
      inFlight.add(tracked)
      options.onSize(inFlight.size)
    },
    size: () => inFlight.size,
    async settled() {
      await Promise.all(inFlight)
    },
  }
}
