import { createHash } from 'node:crypto'

/**
 * A number per session for the hard RLIMIT_LOCKS of its processes. The kernel ignores that limit, children
 * inherit it through exec, setsid and a cleared environment, and only root may raise it again.
 */
export function lockLimitMark(sessionId: string): string {
  const digest = createHash('sha256').update(sessionId).digest()
  // 62 bits, and never so small that it looks like a limit that somebody set.
  return String((digest.readBigUInt64BE() >> 2n) | (1n << 61n))
}
