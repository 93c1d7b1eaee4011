import { coordinatorRoutes } from '@mosaic/contracts/http'
import { err, ok, type Result } from '@mosaic/contracts/kernel'
import type { CheckAnswer, CheckRequest } from '@mosaic/contracts/quality'
import type { Upstream } from '@mosaic/http'
import { BackOff } from '@mosaic/runtime'

export type Verdict = { readonly approved: boolean; readonly gates: CheckAnswer['gates'] }
/** The verdict, or why there is none: then nothing passes. */
export type AskCoordinator = (request: CheckRequest, signal: AbortSignal) => Promise<Result<Verdict, string>>

/** Longer than it lets an undecided check wait; in milliseconds. */
const answerMs = 45_000
const pauses = { firstMs: 250, longestMs: 5000 }

/** While it is away it is asked again, for so long; what is not decided then is not let through. */
export function coordinatorAsked(coordinator: Upstream | undefined, patienceMs: number): AskCoordinator {
  return async (request, signal) => {
    if (!coordinator) return err('no coordinator is configured (MOSAIC_COORDINATOR_URL)')
    const backOff = new BackOff(pauses)
    let heardAt = performance.now()
    for (;;) {
      const answer = await coordinator.call(coordinatorRoutes.check, { body: request, timeoutMs: answerMs, signal })
      signal.throwIfAborted()
      if (answer.ok) {
        const { approved, gates } = answer.value
        if (approved !== null) return ok({ approved, gates })
        heardAt = performance.now()
        continue
      }
      if (performance.now() - heardAt > patienceMs) return err(answer.error.message)
      await backOff.pause(signal)
    }
  }
}
