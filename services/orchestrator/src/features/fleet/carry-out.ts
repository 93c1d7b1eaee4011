import type { KillAllNote } from '@mosaic/contracts/fleet'
import { type CommandContext, uuidv5 } from '@mosaic/event-store'
import type { FeatureDeps } from '../deps.ts'

/**
 * Ends whom a kill-all means, here and now, and only then notes it and writes it into the log: the request first, then a
 * kill each. The reaction to the request asks for the same kills, by the same ids: each happens once.
 */
export function carryOut(
  { sessions }: Pick<FeatureDeps, 'sessions'>,
  { note, context }: { readonly note: KillAllNote; readonly context: CommandContext },
) {
  const { killAllId, reason, sessionIds } = note
  const begun = Promise.withResolvers<unknown>()
  const proved = new Set<string>()
  const command = { type: 'KillAgent', reason, killAllId, tree: false } as const
  for (const sessionId of sessionIds) {
    const killContext = { ...context, commandId: uuidv5(`${killAllId}/${sessionId}`) }
    const proof = sessions.contain(sessionId, { command, context: killContext }, begun.promise)
    void proof?.then((isProved) => isProved && proved.add(sessionId))
  }
  const recorded = sessions.recordKillAll(note, context)
  begun.resolve(recorded)
  return { recorded, proved }
}
