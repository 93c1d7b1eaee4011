import { setTimeout as wait } from 'node:timers/promises'
import type { CommandAnswer, RejectionCode, StopAnswer } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { inTime, uuidv5 } from '@mosaic/event-store'
import type { Caller } from '@mosaic/http/caller'
import { isOver } from '../sessions/roster.ts'
import type { FeatureDeps } from './deps.ts'

type Target = {
  readonly sessionId: string
  readonly caller: Caller
  /** Ends one session; what cannot wait happens before it first waits for anything. */
  readonly end: (sessionId: string, caller: Caller) => Promise<EndResult>
}
/** `recorded` is false where it has ended, and the log cannot be written. */
export type EndResult = Result<CommandAnswer & { readonly recorded?: boolean }, Rejection<RejectionCode>>
type StopResult = Result<StopAnswer, Rejection<RejectionCode>>

const lookEveryMs = 20

/** Ends one session, and says how many of those below it go on. */
export async function endOne(deps: FeatureDeps, { sessionId, caller, end }: Target): Promise<StopResult> {
  const done = await end(sessionId, caller)
  if (!done.ok) return done
  return ok({
    recorded: true,
    ...done.value,
    tree: [],
    unconfirmed: [],
    livesOn: livingBelow(deps, sessionId, caller).length,
  })
}

/**
 * Ends a session and all below it, also those that are being spawned meanwhile: what stands behind the request in the
 * log, reactions end. One that has ended itself still has those below it.
 * @param patienceMs How long the answer waits for the end of all; who lives then is named in it.
 */
export async function endTree(
  deps: FeatureDeps,
  { sessionId, caller, end }: Target,
  patienceMs: number,
): Promise<StopResult> {
  const hit = new Set<string>()
  const strike = () => {
    for (const id of livingBelow(deps, sessionId, caller)) {
      if (hit.has(id)) continue
      hit.add(id)
      // Refused or unanswered: the reaction to the request asks for the same.
      void end(id, { ...caller, commandId: uuidv5(`${caller.commandId}/tree/${id}`) }).catch(() => undefined)
    }
  }
  const root = end(sessionId, caller)
  strike()
  const done = await root
  if (!done.ok && done.error.code !== 'SESSION_ENDED') return done
  await inTime(deps.caughtUp())
  const living = () => [sessionId, ...hit].filter((id) => isAlive(deps, id))
  await untilEnded(deps, { strike, isOver: () => living().length === 0, patienceMs })
  if (!done.ok && hit.size === 0) return done
  const answer = done.ok ? done : await asItIs(deps, sessionId)
  if (!answer.ok) return answer
  return ok({
    recorded: true,
    ...answer.value,
    tree: [...hit],
    unconfirmed: patienceMs > 0 ? living() : [],
    livesOn: 0,
  })
}

type Ending = { readonly strike: () => void; readonly isOver: () => boolean; readonly patienceMs: number }

/** Spawns that are under way come first: they are hit as well. */
async function untilEnded({ admission }: FeatureDeps, { strike, isOver, patienceMs }: Ending): Promise<void> {
  const until = performance.now() + patienceMs
  await inTime(admission.settled())
  strike()
  while (!isOver() && performance.now() < until) {
    await wait(lookEveryMs)
    strike()
  }
}

const isAlive = ({ sessions: { roster } }: FeatureDeps, sessionId: string) => {
  const entry = roster.get(sessionId)
  return entry !== undefined && !isOver(entry)
}

const livingBelow = ({ sessions: { roster } }: FeatureDeps, sessionId: string, { workspaceId }: Caller): string[] =>
  roster
    .below(sessionId)
    .filter((entry) => entry.workspaceId === workspaceId && !isOver(entry))
    .map(({ session }) => session.sessionId)

async function asItIs({ sessions }: FeatureDeps, sessionId: string): Promise<EndResult> {
  const entry = await inTime(sessions.find(sessionId))
  if (!entry) return err({ code: 'SESSION_NOT_FOUND', message: 'there is no such session' })
  const { status, revision, position } = entry.session
  return ok({ sessionId, status, revision, position })
}
