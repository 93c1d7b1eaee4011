import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '@mosaic/runtime'
import type { Owners } from './owners.ts'

/** A session that has not been released, and who has claimed it last (`null`: nobody has). */
export type Claimed = {
  readonly sessionId: string
  readonly claim: { readonly ownerId: string; readonly epoch: number } | null
  /** Nothing is left to be done but its end, which any worker sees to. */
  readonly isToEnd: boolean
}

type TakeOver = {
  readonly owners: Pick<Owners, 'ownerId' | 'isGone' | 'forget' | 'wake' | 'rest'>
  readonly sessions: () => readonly Claimed[]
  /** Claims a session after that epoch. Another may come first: the log decides. */
  readonly claim: (sessionId: string, after: number) => Promise<void>
  /** Goes on with one that this process has claimed, and has let go of. */
  readonly takeBack: (sessionId: string) => void
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
  const { owners, sessions, line, settle } = given
  if (await settle()) {
    const all = sessions()
    await claimFrom(given, all)
    await owners.forget(new Set(all.flatMap((session) => session.claim?.ownerId ?? [])))
    await line.advance()
    return false
  }
  const toEnd = sessions().filter((session) => session.isToEnd)
  // Whoever ends them is there until it has: others would take them over again.
  if (toEnd.length > 0) owners.wake()
  else if (wasEnding) await owners.rest()
  await claimFrom(given, toEnd)
  for (const { sessionId, claim } of toEnd) if (claim?.ownerId === owners.ownerId) given.takeBack(sessionId)
  return toEnd.length > 0
}

async function claimFrom({ owners, claim }: TakeOver, sessions: readonly Claimed[]): Promise<void> {
  const others = sessions.filter((session) => session.claim?.ownerId !== owners.ownerId)
  const gone = await whoIsGone(owners, others)
  const left = others.filter((session) => session.claim === null || gone.has(session.claim.ownerId))
  await Promise.all(left.map(({ sessionId, claim: last }) => claim(sessionId, last?.epoch ?? 0)))
}

async function whoIsGone(owners: TakeOver['owners'], sessions: readonly Claimed[]): Promise<Set<string>> {
  const named = new Set(sessions.flatMap(({ claim }) => claim?.ownerId ?? []))
  const gone = new Set<string>()
  for (const ownerId of named) if (await owners.isGone(ownerId)) gone.add(ownerId)
  return gone
}
