import type { RejectionCode, SpawnAnswer } from '@mosaic/contracts/http'
import { ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { Queued, Spec } from '../../domain/agent-session/index.ts'
import type { Caller } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { commandSession } from '../session-command.ts'

type Refused = Rejection<RejectionCode>

/** What a session was asked for, where it has begun. */
export const begunSpec = ({ sessions }: FeatureDeps, sessionId: string): Promise<Spec | undefined> =>
  sessions.journals.use(sessionId, async ({ session }) => (session.status === 'none' ? undefined : session.spec))

type Beginning = {
  readonly spec: Spec
  readonly caller: Caller
  /** What was admitted once is answered as it was then. */
  readonly isAdmitted: boolean
  /** Has to be done, and not refused, before it begins. */
  readonly first?: () => Promise<Result<unknown, Refused>>
}

/** Begins a session for which all has been found right, unless the door is closed to it. */
export async function beginSession(
  deps: FeatureDeps,
  { spec, caller, isAdmitted, first }: Beginning,
): Promise<Result<SpawnAnswer, Refused>> {
  const { sessionId } = spec
  const carryOut = async (queued: Queued | null) => {
    const prepared = await first?.()
    if (prepared && !prepared.ok) return prepared
    const command = { type: 'SpawnAgent', spec, ownerId: deps.sessions.ownerId, queued } as const
    return commandSession(deps.sessions, { sessionId, command, caller, isNew: !isAdmitted })
  }
  const done = await (isAdmitted ? carryOut(null) : deps.admission.admit(caller.workspaceId, spec, carryOut))
  if (!done.ok) return done
  const names = { agentId: sessionId, taskId: spec.externalKey ?? spec.taskId }
  return ok({ ...done.value, ...names, queued: placeInLine(deps, sessionId), changes: null })
}

function placeInLine({ places }: FeatureDeps, sessionId: string): SpawnAnswer['queued'] {
  const ahead = places.inLine().findIndex(({ session }) => session.sessionId === sessionId)
  return ahead < 0 ? null : { place: ahead + 1, most: places.most }
}
