import { setTimeout as wait } from 'node:timers/promises'
import type { Owners } from './owners.ts'

/** A session that has not been released, and who has claimed it last (`null`: nobody has). */
export type Claimed = {
  readonly sessionId: string
  readonly claim: { readonly ownerId: string; readonly epoch: number } | null
}

type TakeOver = {
  readonly owners: Pick<Owners, 'ownerId' | 'isGone' | 'forget'>
  readonly sessions: () => readonly Claimed[]
  /** Claims a session after that epoch. Another may come first: the log decides. */
  readonly claim: (sessionId: string, after: number) => Promise<void>
  /** Those whose turn has come are claimed by themselves. */
  readonly line: { advance(): Promise<void> }
  /** Answers whether this worker may claim sessions. */
  readonly settle: () => Promise<boolean>
  readonly signal: AbortSignal
}

const roundMs = 500

/** For as long as the signal is not aborted: claims the sessions that nobody runs. */
export async function takeOver({ owners, sessions, claim, line, settle, signal }: TakeOver): Promise<void> {
  while (!signal.aborted) {
    if (!(await settle())) {
      await wait(roundMs, undefined, { signal }).catch(() => undefined)
      continue
    }
    const others = sessions().filter((session) => session.claim?.ownerId !== owners.ownerId)
    const gone = await whoIsGone(owners, others)
    const left = others.filter((session) => session.claim === null || gone.has(session.claim.ownerId))
    await Promise.all(left.map(({ sessionId, claim: last }) => claim(sessionId, last?.epoch ?? 0)))
    await owners.forget(new Set(others.flatMap((session) => session.claim?.ownerId ?? [])))
    await line.advance()
    await wait(roundMs, undefined, { signal }).catch(() => undefined)
  }
}

async function whoIsGone(owners: TakeOver['owners'], sessions: readonly Claimed[]): Promise<Set<string>> {
  const named = new Set(sessions.flatMap(({ claim }) => claim?.ownerId ?? []))
  const gone = new Set<string>()
  for (const ownerId of named) if (await owners.isGone(ownerId)) gone.add(ownerId)
  return gone
}
