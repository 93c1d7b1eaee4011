import { type ComponentName, componentNames, needs } from './component.ts'
import type { Supervised } from './supervise.ts'

/** Thrown when a component does not become healthy; everything that had started is stopped by then. */
export class TierStartError extends Error {
  override readonly name = 'TierStartError'
  readonly component: ComponentName

  constructor(component: ComponentName, cause: Error) {
    super(`${component} ${cause.message}`, { cause })
    this.component = component
  }
}

/** Starts each component as soon as what it needs is healthy. */
export async function startInOrder(
  supervised: Map<ComponentName, Supervised>,
  superviseOne: (name: ComponentName) => Supervised,
  signal: AbortSignal | undefined,
): Promise<void> {
  let failed = false
  const ready = new Map<ComponentName, Promise<void>>()
  for (const name of componentNames) {
    const startOne = async () => {
      await Promise.all(needs[name].map((needed) => ready.get(needed)))
      if (failed || signal?.aborted) return
      const component = superviseOne(name)
      supervised.set(name, component)
      await component.ready.catch((error: unknown) => {
        throw new TierStartError(name, error as Error)
      })
    }
    ready.set(name, startOne())
  }
  const given = new Promise<never>((_, reject) => {
    const giveUp = () => reject(signal?.reason instanceof Error ? signal.reason : new Error('The start was given up'))
    if (signal?.aborted) giveUp()
    signal?.addEventListener('abort', giveUp, { once: true })
  })
  try {
    await Promise.race([Promise.all(ready.values()), given])
  } finally {
    failed = true
  }
}

/** Whatever nothing else needs any more stops; side by side where nothing orders them. */
export async function stopInReverse(supervised: Map<ComponentName, Supervised>): Promise<void> {
  const gone = new Map<ComponentName, Promise<void>>()
  for (const name of componentNames.toReversed()) {
    const users = componentNames.filter((other) => needs[other].includes(name))
    const stopOne = async () => {
      await Promise.all(users.map((user) => gone.get(user)))
      await supervised.get(name)?.stop()
    }
    gone.set(name, stopOne())
  }
  await Promise.all(gone.values())
}
