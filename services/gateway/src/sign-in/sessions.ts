import { EventEmitter } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@mosaic/contracts/kernel'
import { type OperatorView, operatorView, role } from '@mosaic/contracts/operator'
import { writePrivateFile } from '@mosaic/runtime'
import { z } from 'zod'
import { digestOf, newSecret } from './secrets.ts'

/** A session ends this long after it was last used. */
export const sessionLifetimeMs = 12 * 3600_000
/** However much it is used, it ends this long after it was opened. */
export const longestSessionMs = 7 * 24 * 3600_000
/** How stale the file may be about the last use; a crash shortens a session by no more than this. */
const writeEveryMs = 10 * 60_000

/** Sessions of before there were roles could do everything; of before they had a longest life, they begin it anew. */
const operator = operatorView.extend({ role: role.default('admin') })
const kept = z.object({ operator, openedAt: z.number().optional(), lastUsedAt: z.number() })
const file = z.record(z.string(), kept)
export type Session = { readonly operator: OperatorView; readonly openedAt: number; lastUsedAt: number }

export type Sessions = {
  /** Answers the secret that goes into the cookie. */
  open(operator: OperatorView): string
  /** Whose session it is, if it still lasts; being asked about counts as use. */
  find(secret: string): OperatorView | undefined
  close(secret: string): void
  /** Ends every session of an operator; answers how many there were. */
  closeAll(operatorId: string): number
  /** Those that last. */
  list(): readonly Session[]
  /** Calls back when the session is closed by somebody, not when it runs out. Answers how to stop that. */
  onClosed(secret: string, listener: () => void): () => void
}

/** Browser sessions, hashed in DIR/sessions.json (mode 0600): they outlast a restart of the gateway and can be ended. */
export function openSessions(dataFolder: string, clock: Clock): Sessions {
  const path = join(dataFolder, 'sessions.json')
  const now = () => clock.now().getTime()
  const known = Object.entries(readKept(path)).map(
    ([digest, { openedAt = now(), ...rest }]) => [digest, { openedAt, ...rest }] as const,
  )
  const sessions = new Map<string, Session>(known)
  const closed = new EventEmitter<Record<string, []>>().setMaxListeners(0)
  const lasts = ({ lastUsedAt, openedAt }: Session) =>
    now() - lastUsedAt <= sessionLifetimeMs && now() - openedAt <= longestSessionMs
  let writtenAt = now()
  const write = () => {
    for (const [digest, session] of sessions) if (!lasts(session)) sessions.delete(digest)
    writePrivateFile(path, JSON.stringify(Object.fromEntries(sessions)))
    writtenAt = now()
  }
  const end = (digests: readonly string[]) => {
    const ended = digests.filter((digest) => sessions.delete(digest))
    if (ended.length > 0) write()
    for (const digest of ended) closed.emit(digest)
    return ended.length
  }
  return {
    open(operator) {
      const secret = newSecret()
      sessions.set(digestOf(secret), { operator, openedAt: now(), lastUsedAt: now() })
      write()
      return secret
    },
    find(secret) {
      const session = sessions.get(digestOf(secret))
      if (!session || !lasts(session)) return undefined
      session.lastUsedAt = now()
      if (now() - writtenAt > writeEveryMs) write()
      return session.operator
    },
    close: (secret) => void end([digestOf(secret)]),
    closeAll: (operatorId) =>
      end([...sessions].filter(([, session]) => session.operator.operatorId === operatorId).map(([digest]) => digest)),
    list: () => [...sessions.values()].filter(lasts),
    onClosed(secret, listener) {
      const digest = digestOf(secret)
      closed.on(digest, listener)
      return () => void closed.off(digest, listener)
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
