import { isLive, type LiveSession } from '../../domain/agent-session/index.ts'
import { endLeftovers } from './leftovers.ts'
import type { Run } from './run.ts'

/**
 * A session whose stream holds an event that cannot be read is not run on: nobody knows what it did. Nothing of it is
 * left running, and it waits until somebody asks for its end.
 */
export async function standStill(run: Run, session: LiveSession): Promise<void> {
  const { journal, deps } = run
  await run.makingSandbox
  deps.logger.error({ sessionId: journal.sessionId, unreadable: journal.unreadable }, 'the session cannot be read on')
  if (run.workplace) await run.workplace.sandbox.dispose()
  else await endLeftovers(run, session.spec, session.place)
  run.workplace = undefined
  const isToEnd = () => !isLive(journal.session) || journal.session.kill !== null || journal.session.terminate !== null
  await run.until(isToEnd, { signal: run.stopping })
}
