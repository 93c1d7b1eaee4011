import { setTimeout as delay } from 'node:timers/promises'

const firstMs = 2
const longestMs = 25

/** Asks the kernel again and again, less often the longer it takes; answers whether it came true in time. */
export async function pollUntil(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const until = performance.now() + timeoutMs
  for (let pauseMs = firstMs; ; pauseMs = Math.min(pauseMs * 1.5, longestMs)) {
    if (condition()) return true
    if (performance.now() >= until) return false
    await delay(pauseMs)
  }
}
