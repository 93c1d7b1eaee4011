import { hasEnded } from '@mosaic/contracts/agent-session'
import type { StoredRef } from '../git/index.ts'
import type { RosterEntry } from '../sessions/roster.ts'

/** How long what is kept stays after its session's end, in milliseconds. `null`: until somebody decides. */
export type Ages = {
  readonly checkpoints: number
  readonly uncommitted: number | null
  readonly branches: number
  readonly mirrors: number
}

export type Expired = {
  readonly checkpoints: readonly StoredRef[]
  readonly uncommitted: readonly StoredRef[]
  /** Its branch may go, where it is merged. */
  readonly branch: boolean
}

type Known = Pick<RosterEntry, 'session' | 'released'>

/**
 * What of one session's is older than it need be. What is nowhere else stays: the newest files of a session that lives,
 * or whose end could not be kept, and what was not committed and nobody has decided about.
 */
export function expired(
  refs: readonly StoredRef[],
  known: Known | undefined,
  { ages, now }: { readonly ages: Ages; readonly now: number },
): Expired {
  const checkpoints = refs.filter(({ kind }) => kind === 'checkpoint')
  const uncommitted = refs.filter(({ kind }) => kind === 'uncommitted')
  const isOlder = ({ at }: StoredRef) => now - at >= ages.checkpoints
  if (!known) return { checkpoints: checkpoints.filter(isOlder), uncommitted: [], branch: false }
  const { session, released } = known
  const isOver = hasEnded(session.status) && released && session.leftWork === null
  if (!isOver) {
    const newest = Math.max(...checkpoints.map(({ revision }) => revision))
    const older = checkpoints.filter((ref) => ref.revision < newest && isOlder(ref))
    return { checkpoints: older, uncommitted: [], branch: false }
  }
  const age = now - Date.parse(session.endedAt ?? '')
  const isDecided = session.uncommitted === null
  const isAskedFor = ages.uncommitted !== null && age >= ages.uncommitted
  return {
    checkpoints: age >= ages.checkpoints ? checkpoints : [],
    uncommitted: (isDecided && age >= ages.checkpoints) || isAskedFor ? uncommitted : [],
    branch: age >= ages.branches && isDecided && !session.isPruned && session.branch !== null,
  }
}
