import type { RejectionCode } from '@mosaic/contracts/http'
import { err, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { FastifyRequest } from 'fastify'
import { type Caller, readCaller } from './caller.ts'
import type { FeatureDeps } from './deps.ts'
import { inTime } from './in-time.ts'

export type { Caller } from './caller.ts'

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
