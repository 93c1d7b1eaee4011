import type { RejectionCode } from '@mosaic/contracts/http'
import { err, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { type Caller, readCaller } from '@mosaic/http/caller'
import type { FastifyRequest } from 'fastify'
import type { FeatureDeps } from './deps.ts'

/** Who asks, in a workspace that there is. */
export async function callerInWorkspace(
  request: FastifyRequest,
  deps: Pick<FeatureDeps, 'workspaceId' | 'clock' | 'isWorkspace'>,
): Promise<Result<Caller, Rejection<RejectionCode>>> {
  const caller = readCaller(request, deps)
  if (!caller.ok || (await deps.isWorkspace(caller.value.workspaceId))) return caller
  return err({ code: 'WORKSPACE_NOT_FOUND', message: `there is no workspace ${caller.value.workspaceId}` })
}
