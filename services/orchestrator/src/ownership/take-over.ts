import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '@mosaic/runtime'
import type { Places } from '../sessions/places.ts'
import type { Owners } from './owners.ts'

/** A session that has not been released, and who has claimed it last (`null`: nobody has). */
export type Claimed = {
  readonly sessionId: string
  readonly claim: { readonly ownerId: string; readonly epoch: number } | null
  /** Nothing is left to be done but its end, which any worker sees to. */
  readonly isToEnd: boolean
  /** Counted for as long as it lives: not where it has ended, and only gives back what it held. */
  readonly needsPlace: boolean
}

type TakeOver = {
  readonly owners: Pick<Owners, 'ownerId' | 'isGone' | 'forget' | 'wake' | 'rest'>
  /** Who has claimed sessions that have not been released; `null` where nobody has claimed one. */
  readonly claimants: () => readonly (string | null)[]
  readonly sessionsOf: (ownerIds: readonly (string | null)[]) => readonly Claimed[]
  /** Claims a session after that epoch. Another may come first: the log decides. */
  readonly claim: (sessionId: string, after: number) => Promise<void>
  /** Goes on with one that this process has claimed, and has let go of. */
  readonly takeBack: (sessionId: string) => void
  readonly places: Pick<Places, 'hold' | 'roomForBegun' | 'keepFor'>
  /** Those whose turn has come are claimed by themselves. */
  readonly line: { advance(): Promise<void> }
  /** Answers whether this worker may claim sessions that are not only to be ended. */
  readonly settle: () => Promise<boolean>
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** How often it is looked who is gone, in milliseconds. */
export const roundMs = 500

/** For as long as the signal is not aborted: claims the sessions that nobody runs. */
export async function takeOver(given: TakeOver): Promise<void> {
  const { signal, logger } = given
  let isEnding = false
  while (!signal.aborted) {
    try {
      isEnding = await takeRound(given, isEnding)
    } catch (error) {
      // Nobody else claims for this process: the next round tries again.
      logger.error({ err: error }, 'a look for sessions that nobody runs was cut off')
    }
    await wait(roundMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Answers whether this worker, which takes nothing any more, has sessions to end. */
async function takeRound(given: TakeOver, wasEnding: boolean): Promise<boolean> {
  const { owners, claimants, sessionsOf, line, settle } = given
  if (await settle()) {
    const named = claimants()
    // What somebody runs who is there is not looked at: there may be thousands.
    await claimForRoom(given, sessionsOf(await withoutOwner(owners, named)))
    await owners.forget(new Set(named.flatMap((ownerId) => ownerId ?? [])))
    await line.advance()
    return false
  }
  const toEnd = sessionsOf(claimants()).filter((session) => session.isToEnd)
  // Whoever ends them is there until it has: others would take them over again.
  if (toEnd.length > 0) owners.wake()
  else if (wasEnding) await owners.rest()
  const left = new Set(await withoutOwner(owners, toEnd.map(claimantOf)))
  const unowned = toEnd.filter((session) => left.has(claimantOf(session)))
  await claimAll(given, unowned)
  for (const { sessionId, claim } of toEnd) if (claim?.ownerId === owners.ownerId) given.takeBack(sessionId)
  return toEnd.length > 0
}

const claimantOf = ({ claim }: Claimed): string | null => claim?.ownerId ?? null

const claimAll = ({ claim }: TakeOver, sessions: readonly Claimed[]): Promise<unknown> =>
  Promise.all(sessions.map(({ sessionId, claim: last }) => claim(sessionId, last?.epoch ?? 0)))

/** Who finds no place here waits for one, here or elsewhere, before all that have not begun yet. */
async function claimForRoom(given: TakeOver, left: readonly Claimed[]): Promise<void> {
  const { places, claim } = given
  const needing = left.filter(({ needsPlace }) => needsPlace)
  const now = needing.slice(0, places.roomForBegun)
  places.keepFor(needing.length - now.length)
  await Promise.all([
    claimAll(
      given,
      left.filter(({ needsPlace }) => !needsPlace),
    ),
    ...now.map(({ sessionId, claim: last }) => places.hold(sessionId, () => claim(sessionId, last?.epoch ?? 0))),
  ])
}

/** Of those who have claimed sessions the ones that are gone, and `null`, which is nobody. */
async function withoutOwner(owners: TakeOver['owners'], named: readonly (string | null)[]): Promise<(string | null)[]> {
  const left: (string | null)[] = []
  for (const ownerId of new Set(named)) {
    if (ownerId === null || (ownerId !== owners.ownerId && (await owners.isGone(ownerId)))) left.push(ownerId)
  }
  return left
}
