import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@mosaic/contracts/kernel'
import { type OperatorView, operatorView, role } from '@mosaic/contracts/operator'
import { z } from 'zod'
import { writePrivateFile } from './private-file.ts'
import { digestOf, newSecret } from './secrets.ts'

/** A session ends this long after it was last used. */
export const sessionLifetimeMs = 12 * 3600_000
/** How stale the file may be about the last use; a crash shortens a session by no more than this. */
const writeEveryMs = 10 * 60_000

/** Sessions of before there were roles could do everything. */
const operator = operatorView.extend({ role: role.default('admin') })
const file = z.record(z.string(), z.object({ operator, lastUsedAt: z.number() }))
type Kept = z.infer<typeof file>[string]

export type Sessions = {
  /** Answers the secret that goes into the cookie. */
  open(operator: OperatorView): string
  /** Whose session it is, if it still lasts; being asked about counts as use. */
  find(secret: string): OperatorView | undefined
  close(secret: string): void
}

/** Browser sessions, hashed in DIR/sessions.json (mode 0600): they outlast a restart of the gateway and can be ended. */
export function openSessions(dataFolder: string, clock: Clock): Sessions {
  const path = join(dataFolder, 'sessions.json')
  const kept = new Map<string, Kept>(Object.entries(readKept(path)))
  let writtenAt = clock.now().getTime()
  const write = () => {
    const now = clock.now().getTime()
    for (const [digest, { lastUsedAt }] of kept) if (now - lastUsedAt > sessionLifetimeMs) kept.delete(digest)
    writePrivateFile(path, JSON.stringify(Object.fromEntries(kept)))
    writtenAt = now
  }
  return {
    open(operator) {
      const secret = newSecret()
      kept.set(digestOf(secret), { operator, lastUsedAt: clock.now().getTime() })
      write()
      return secret
    },
    find(secret) {
      const session = kept.get(digestOf(secret))
      const now = clock.now().getTime()
      if (!session || now - session.lastUsedAt > sessionLifetimeMs) return undefined
      session.lastUsedAt = now
      if (now - writtenAt > writeEveryMs) write()
      return session.operator
    },
    close(secret) {
      if (kept.delete(digestOf(secret))) write()
    },
  }
}

/** A file that cannot be read means that everyone signs in again, not that the gateway does not start. */
function readKept(path: string): z.infer<typeof file> {
  if (!existsSync(path)) return {}
  try {
    return file.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return {}
  }
}
