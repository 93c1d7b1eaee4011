import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { orchestratorRoutes } from '@mosaic/contracts/http'
import { ok, type RecordedEvent } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import { addRoute } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import type { FeatureDeps } from '../deps.ts'
import { knownAgent } from '../known-agent.ts'

/** One agent's events from the log, a page at a time. An event that does not parse is left out, its revision passed. */
export function agentMessagesRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addRoute(app, orchestratorRoutes.messages, async ({ params, query, request }) => {
    const found = await knownAgent(deps, request, params.id)
    if (!found.ok) return found
    const { fromRevision, limit } = query
    return ok(await inTime(readPage(deps, params.id, fromRevision, limit)))
  })
}

async function readPage({ store }: FeatureDeps, sessionId: string, from: number, limit: number) {
  const items: RecordedEvent[] = []
  let next: number | null = null
  // One more than asked for tells whether there is another page.
  for await (const item of store.readStream(agentSessionStream.of(sessionId), { from, limit: limit + 1 })) {
    const { revision } = item.kind === 'event' ? item.event : item.record
    if (revision >= from + limit) next = revision
    else if (item.kind === 'event') items.push(item.event)
  }
  return { items, nextRevision: next }
}
