import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { type EventStore, persistently } from '@mosaic/event-store'
import { LRUCache } from 'lru-cache'
import type { Spec } from '../domain/agent-session/index.ts'

/** For whom a session was begun, in whose place, and of what it is part. */
export type Member = Pick<Spec, 'sessionId' | 'parentSessionId' | 'predecessor' | 'taskId' | 'missionId' | 'reviews'>

/** More than are alive at once, with those above them; whatever is not kept is read again. */
const mostKept = 5000

/** Those above sessions, whether they run or ended long ago: as their logs begin, which never changes. */
export class Lineage {
  readonly #store: Pick<EventStore, 'readStream'>
  readonly #kept = new LRUCache<string, Member>({ max: mostKept })

  constructor(store: Pick<EventStore, 'readStream'>) {
    this.#store = store
  }

  /**
   * The session itself, then all for whom it spends too, the nearest first: whoever spawned it, is reviewed by it, or has
   * ended and is continued or tried again by it, and those above these. @throws the signal's reason
   */
  async of(session: Member, signal: AbortSignal): Promise<Member[]> {
    const line = [session]
    for (const member of line) {
      for (const id of aboveOf(member)) {
        if (line.some(({ sessionId }) => sessionId === id)) continue
        const above = this.#kept.get(id) ?? (await persistently(() => this.#read(id), signal))
        if (above) line.push(above)
      }
    }
    return line
  }

  async #read(sessionId: string): Promise<Member | undefined> {
    for await (const item of this.#store.readStream(agentSessionStream.of(sessionId), { limit: 1 })) {
      if (item.kind !== 'event' || item.event.type !== 'AgentSpawnRequested') return undefined
      const { parentSessionId, predecessor, taskId, missionId, reviews } = item.event.data
      const member = { sessionId, parentSessionId, predecessor, taskId, missionId, reviews }
      this.#kept.set(sessionId, member)
      return member
    }
    return undefined
  }
}

const aboveOf = ({ parentSessionId, predecessor, reviews }: Member): string[] =>
  [parentSessionId, reviews?.sessionId, predecessor?.sessionId].filter((id) => id !== null && id !== undefined)
