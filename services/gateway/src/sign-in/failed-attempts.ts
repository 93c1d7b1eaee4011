import type { Clock } from '@mosaic/contracts/kernel'

const windowMs = 60_000
const most = 10
/** Addresses that are remembered at once; the oldest make room. */
const mostRemembered = 10_000

export type FailedAttempts = {
  /**
   * Counts one more wrong credential from there: for how many seconds the next are turned away unseen, 0 while they are
   * not. A right one is never counted and always passes, so that nobody is locked out by who shares the address.
   */
  note(from: { readonly address: string; readonly kind: 'link' | 'token' }): number
}

/** Ten wrong credentials of a kind within a minute, from one address, are answered; more are told when to come again. */
export function countFailedAttempts(clock: Clock): FailedAttempts {
  const failures = new Map<string, number[]>()
  return {
    note({ address, kind }) {
      const now = clock.now().getTime()
      const key = `${kind} ${address}`
      const recent = (failures.get(key) ?? []).filter((at) => now - at < windowMs)
      failures.delete(key)
      failures.set(key, recent)
      const oldest = failures.keys().next()
      if (failures.size > mostRemembered && !oldest.done) failures.delete(oldest.value)
      if (recent.length >= most) return Math.ceil((recent[0]! + windowMs - now) / 1000)
      recent.push(now)
      return 0
    },
  }
}
