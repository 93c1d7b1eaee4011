import { setTimeout as delay } from 'node:timers/promises'
import { coordinatorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { addRoute, bearerOf } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import type { Checks } from './checks.ts'
import { UndecidedError } from './orchestrators.ts'

/** Who asks waits no longer for one answer, and asks again; in milliseconds. */
const answerMs = 15_000

/** Whether a commit passes its gates. */
export function checkRoute(app: FastifyInstance, checks: Checks): void {
  addRoute(app, coordinatorRoutes.check, async ({ body, request }) => {
    const late = delay(answerMs, { approved: null, gates: [] }, { ref: false })
    try {
      return ok(
        await Promise.race([checks.ask({ ...body, askerToken: bearerOf(request.headers.authorization) }), late]),
      )
    } catch (error) {
      if (!(error instanceof UndecidedError)) throw error
      return err({ code: 'COORDINATOR_UNAVAILABLE', message: `the change cannot be decided: ${error.message}` })
    }
  })
}
