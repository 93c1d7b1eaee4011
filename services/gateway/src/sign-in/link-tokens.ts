import type { Clock } from '@mosaic/contracts/kernel'
import type { OperatorView } from '@mosaic/contracts/operator'
import { digestOf, newSecret } from './secrets.ts'

const lifetimeMs = 15 * 60_000
const most = 100

export type LinkTokens = {
  create(operator: OperatorView): { token: string; expiresAt: Date }
  /** Whom the token signs in right now; `undefined` when it is not good (any more). */
  operatorOf(token: string): OperatorView | undefined
  /** Uses the token up; `false` when it is not good (any more). */
  redeem(token: string): boolean
  /** Whom the links that are still good would sign in. */
  invited(): readonly OperatorView[]
  /** Makes an operator's links void; answers how many there were. */
  revoke(operatorId: string): number
}

/** One-time sign-in tokens, kept hashed in memory: a restart makes them void, `mosaic up` prints a new one. */
export function createLinkTokens(clock: Clock): LinkTokens {
  const links = new Map<string, { operator: OperatorView; expiry: number }>()
  const forgetExpired = () => {
    for (const [digest, { expiry }] of links) if (expiry <= clock.now().getTime()) links.delete(digest)
  }
  return {
    create(operator) {
      forgetExpired()
      // Insertion order is age: the oldest makes room, so that asking for links cannot fill the memory.
      const oldest = links.keys().next()
      if (links.size >= most && !oldest.done) links.delete(oldest.value)
      const token = newSecret()
      const expiry = clock.now().getTime() + lifetimeMs
      links.set(digestOf(token), { operator, expiry })
      return { token, expiresAt: new Date(expiry) }
    },
    operatorOf(token) {
      forgetExpired()
      return links.get(digestOf(token))?.operator
    },
    redeem(token) {
      forgetExpired()
      return links.delete(digestOf(token))
    },
    invited() {
      forgetExpired()
      return [...links.values()].map(({ operator }) => operator)
    },
    revoke(operatorId) {
      const theirs = [...links].filter(([, { operator }]) => operator.operatorId === operatorId)
      for (const [digest] of theirs) links.delete(digest)
      return theirs.length
    },
  }
}
