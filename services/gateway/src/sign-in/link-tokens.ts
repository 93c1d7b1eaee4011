import type { Clock } from '@mosaic/contracts/kernel'
import { digestOf, newSecret } from './secrets.ts'

const lifetimeMs = 15 * 60_000
const most = 100

export type LinkTokens = {
  create(): { token: string; expiresAt: Date }
  /** Whether the token is good right now. */
  isGood(token: string): boolean
  /** Uses the token up; `false` when it is not good (any more). */
  redeem(token: string): boolean
}

/** One-time sign-in tokens, kept hashed in memory: a restart makes them void, `mosaic up` prints a new one. */
export function createLinkTokens(clock: Clock): LinkTokens {
  const expiryOf = new Map<string, number>()
  const forgetExpired = () => {
    for (const [digest, expiry] of expiryOf) if (expiry <= clock.now().getTime()) expiryOf.delete(digest)
  }
  return {
    create() {
      forgetExpired()
      // Insertion order is age: the oldest makes room, so that asking for links cannot fill the memory.
      const oldest = expiryOf.keys().next()
      if (expiryOf.size >= most && !oldest.done) expiryOf.delete(oldest.value)
      const token = newSecret()
      const expiry = clock.now().getTime() + lifetimeMs
      expiryOf.set(digestOf(token), expiry)
      return { token, expiresAt: new Date(expiry) }
    },
    isGood(token) {
      forgetExpired()
      return expiryOf.has(digestOf(token))
    },
    redeem(token) {
      forgetExpired()
      return expiryOf.delete(digestOf(token))
    },
  }
}
