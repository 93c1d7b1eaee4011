import { randomUUID } from 'node:crypto'
import type { Actor } from '@mosaic/contracts/kernel'
import { definitions } from '@mosaic/contracts/messaging'
import type { NewEvent } from '@mosaic/event-store'
import type { ProjectedEvent } from '@mosaic/postgres'

export type TestLog = {
  /** Puts facts at the end, one second apart, and answers them with their place in the log. */
  add(
    streamId: string,
    events: readonly NewEvent[],
    over?: { workspaceId?: string; actor?: Actor; commandId?: string },
  ): ProjectedEvent[]
  readonly all: readonly ProjectedEvent[]
}

const ada: Actor = { kind: 'operator', id: 'local', name: 'Ada' }
const start = Date.parse('2026-01-02T03:04:05.000Z')

/** A log in memory: positions grow by 100, revisions count up per stream, the clock ticks a second per fact. */
export function testLog(): TestLog {
  const all: ProjectedEvent[] = []
  const revisions = new Map<string, number>()
  return {
    all,
    add(streamId, events, { workspaceId = 'default', actor = ada, commandId = randomUUID() } = {}) {
      const added = events.map((event, index): ProjectedEvent => {
        const revision = (revisions.get(streamId) ?? -1) + 1
        revisions.set(streamId, revision)
        const order = all.length + index
        const metadata = {
          $correlationId: commandId,
          $causationId: commandId,
          commandId,
          workspaceId,
          actor,
          occurredAt: new Date(start + order * 1000).toISOString(),
          schemaVersion: definitions[event.type].version,
          instanceId: 'test',
        }
        return { id: randomUUID(), streamId, revision, position: String((order + 1) * 100), metadata, ...event }
      })
      all.push(...added)
      return added
    },
  }
}
