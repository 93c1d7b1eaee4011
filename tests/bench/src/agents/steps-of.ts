import { agentSessionStream } from '@mosaic/contracts/agent-session'
import type { EventStore } from '@mosaic/event-store'

/** A session as its stream tells it, in milliseconds. */
export type Course = {
  /** From the request until the agent had its place and began. */
  readonly spawnMs: number
  readonly completionMs: number
  /** From the end of one step to the end of the next. */
  readonly gapsMs: readonly number[]
}

export async function courseOf(store: EventStore, sessionId: string): Promise<Course> {
  const at = new Map<string, number>()
  const steps: number[] = []
  for await (const item of store.readStream(agentSessionStream.of(sessionId))) {
    if (item.kind === 'quarantined') continue
    const { type, metadata } = item.event
    const time = Date.parse(metadata.occurredAt)
    if (!at.has(type)) at.set(type, time)
    if (type === 'ToolCompleted') steps.push(time)
  }
  const since = (type: string) => (at.get(type) ?? Number.NaN) - (at.get('AgentSpawnRequested') ?? Number.NaN)
  return {
    spawnMs: since('AgentStarted'),
    completionMs: since('AgentCompleted'),
    gapsMs: steps.slice(1).map((time, index) => time - steps[index]!),
  }
}
