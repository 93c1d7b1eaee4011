import type { RejectionCode } from '@mosaic/contracts/http'
import { err, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { type Caller, readCaller } from '@mosaic/http/caller'
import type { FastifyRequest } from 'fastify'
import type { FeatureDeps } from './deps.ts'

export type { Caller } from '@mosaic/http/caller'

/** Who asks, in a workspace that there is. */
export async function callerInWorkspace(
  request: FastifyRequest,
  deps: FeatureDeps,
): Promise<Result<Caller, Rejection<RejectionCode>>> {
  const caller = readCaller(request, deps)
  if (!caller.ok || deps.isWorkspace(caller.value.workspaceId)) return caller
  await inTime(deps.caughtUp())
  if (deps.isWorkspace(caller.value.workspaceId)) return caller
  return err({ code: 'WORKSPACE_NOT_FOUND', message: `there is no workspace ${caller.value.workspaceId}` })
}
