import { InvalidEventError } from '@mosaic/event-store'
import type { Run } from './run.ts'
import { SessionFailure } from './session-failure.ts'

/** The end of a session that cannot go on, as a fact. What went wrong inside is for the operator's log alone. */
export async function recordFailure(
  run: Run,
  error: unknown,
  complain: (error: unknown, message: string) => void,
): Promise<void> {
  await run.mind.dropAhead()
  await run.mind.tellUnheard()
  if (error instanceof SessionFailure) {
    complain(error.cause ?? error, 'the session failed')
    await run.record({ type: 'FailAgent', code: error.code, message: error.message })
    return
  }
  complain(error, 'the session failed unexpectedly')
  // Which fact its own schema refused is no secret, and says where to look.
  const isInvalid = error instanceof InvalidEventError
  const message = isInvalid ? error.message : 'something went wrong inside the orchestrator'
  await run.record({ type: 'FailAgent', code: 'INTERNAL', message })
}
