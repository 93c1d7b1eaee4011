import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { recordCredentials } from './change.ts'

/** The fact comes after: until all is sealed anew there is no new key to name. */
export function rotateMasterKeyRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.rotateMasterKey, async ({ request }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    return deps.credentials.inTurn(async () => {
      const rotated = deps.credentials.rotate()
      const event = { type: 'MasterKeyRotated', data: rotated } as const
      const recorded = await inTime(recordCredentials(deps, caller.value, event))
      return recorded.ok ? ok(rotated) : recorded
    })
  })
}
