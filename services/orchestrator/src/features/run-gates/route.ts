import { setTimeout as delay } from 'node:timers/promises'
import { orchestratorRoutes } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { HaltedError } from '../../runtimes/claimed-run.ts'
import type { FeatureDeps } from '../deps.ts'

/** Who asks waits no longer for one answer: gates may take minutes, and it asks again. In milliseconds. */
const answerMs = 15_000

const gone = err({ code: 'CHECK_NOT_FOUND', message: 'no agent waits for this check here' } as const)

/** Runs the mechanical gates of a check on the change of an agent that waits for it here. */
export function runGatesRoute(app: FastifyInstance, { candidates }: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.gates, async ({ params: { id: sessionId }, body: { checkId, gates } }) => {
    const running = candidates.run(sessionId, checkId, gates)
    if (!running) return gone
    const late = delay(answerMs, { results: null, change: null }, { ref: false })
    try {
      return ok(await Promise.race([running, late]))
    } catch (fault) {
      // The agent was stopped meanwhile.
      if (fault instanceof HaltedError) return gone
      throw fault
    }
  })
}
