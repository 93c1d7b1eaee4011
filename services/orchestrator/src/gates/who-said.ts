import { agentSessionStream } from '@mosaic/contracts/agent-session'
import type { Actor } from '@mosaic/contracts/kernel'
import { missionStream } from '@mosaic/contracts/mission'
import { taskStream } from '@mosaic/contracts/task'
import type { EventStore } from '@mosaic/event-store'

/** A session, and what else it may have come from. */
export type Asked = {
  readonly sessionId: string
  readonly taskId: string
  readonly missionId: string
  readonly predecessor: { readonly sessionId: string } | null
}

/**
 * The person behind a session: who has spawned it, else who has added its task or begun its mission, else the one behind the
 * session that it goes on from. `null` where none of these is a person.
 */
export async function whoSaid(store: Pick<EventStore, 'readStream'>, asked: Asked): Promise<Actor | null> {
  const { sessionId, taskId, missionId, predecessor } = asked
  for (const stream of [
    agentSessionStream.of(sessionId),
    taskStream.of(taskId),
    missionStream.of(missionId),
    ...(predecessor ? [agentSessionStream.of(predecessor.sessionId)] : []),
  ]) {
    const actor = await beginnerOf(store, stream)
    if (actor?.kind === 'operator') return actor
  }
  return null
}

async function beginnerOf(store: Pick<EventStore, 'readStream'>, stream: string): Promise<Actor | undefined> {
  for await (const item of store.readStream(stream, { limit: 1 })) {
    if (item.kind === 'event') return item.event.metadata.actor
  }
  return undefined
}
