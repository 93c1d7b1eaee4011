import type { SessionView } from '@mosaic/contracts/agent-session'

type Waiting = Pick<SessionView, 'sessionId' | 'queued'>

/** Which in line each session is that waits for its turn, told from all that do. */
export function placesInLine(sessions: readonly Waiting[]): ReadonlyMap<string, number> {
  const waiting = sessions.flatMap(({ sessionId, queued }) =>
    queued ? [{ sessionId, at: BigInt(queued.position) }] : [],
  )
  const inOrder = waiting.toSorted((a, b) => (a.at < b.at ? -1 : 1))
  return new Map(inOrder.map(({ sessionId }, index) => [sessionId, index + 1]))
}
