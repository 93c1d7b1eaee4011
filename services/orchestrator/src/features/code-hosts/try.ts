import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { firstLine, refusalOfHost } from '../../code-hosts/index.ts'
import type { FeatureDeps } from '../deps.ts'
import { knownHost } from './known.ts'

/** Asks a host whose token it has: nothing is recorded of it. */
export function testCodeHostRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.testCodeHost, async ({ params: { name } }) => {
    const known = knownHost(deps, name)
    if (!known.ok) return known
    const { credential, problem } = known.value
    if (credential === null) return err({ code: 'CREDENTIALS_UNREADABLE', message: problem ?? 'it does not open' })
    const begun = performance.now()
    try {
      const user = firstLine(await deps.codeHosts.connect(credential).user())
      return ok({ name, user, durationMs: performance.now() - begun })
    } catch (error) {
      return err(refusalOfHost(error, name))
    }
  })
}
