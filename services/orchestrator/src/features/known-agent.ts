import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { readCaller } from '@mosaic/http/caller'
import type { FastifyRequest } from 'fastify'
import type { RosterEntry } from '../sessions/roster.ts'
import type { FeatureDeps } from './deps.ts'

/** The session of that id in the caller's workspace. @throws StoreUnavailableError */
export async function knownAgent(
  deps: FeatureDeps,
  request: FastifyRequest,
  sessionId: string,
): Promise<Result<RosterEntry, Rejection<RejectionCode>>> {
  const caller = readCaller(request, deps)
  if (!caller.ok) return caller
  const entry = await inTime(deps.sessions.find(sessionId))
  if (!entry) return err({ code: 'SESSION_NOT_FOUND', message: 'there is no such session' })
  return entry.workspaceId === caller.value.workspaceId
    ? ok(entry)
    : err({ code: 'WRONG_WORKSPACE', message: 'the session belongs to another workspace' })
}
