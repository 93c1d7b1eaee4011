import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { orchestratorRoutes } from '@mosaic/contracts/http'
import type { EventStore, LogEvent } from '@mosaic/event-store'
import { addRoute, answered } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { callerInWorkspace } from '../caller-in-workspace.ts'
import type { FeatureDeps } from '../deps.ts'
import { knownAgent } from '../known-agent.ts'
import { lastEventId, sendEvents, type StreamedEvent } from './event-stream.ts'

/** What is said in a session, by whom soever. */
const messageTypes: ReadonlySet<string> = new Set(['MessageRecorded', 'OperatorMessageInjected'])

/** What happens to agents, for programs that follow it: from now on, or from where they were. */
export function liveRoutes(app: FastifyInstance, deps: FeatureDeps): void {
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())

  addRoute(app, orchestratorRoutes.events, async ({ query, request, reply }) => {
    const caller = await callerInWorkspace(request, deps)
    if (!caller.ok) return caller
    const { workspaceId } = caller.value
    const after = lastEventId(request) ?? query.after ?? (await deps.store.lastPosition())
    const isOurs = ({ metadata }: LogEvent) => metadata.workspaceId === workspaceId
    const source = (signal: AbortSignal) =>
      eventsOf(deps.store, { after, prefix: agentSessionStream.of(''), isOurs, signal })
    void sendEvents(reply, source, closing.signal)
    return answered
  })

  addRoute(app, orchestratorRoutes.messagesStream, async ({ params, request, reply }) => {
    const found = await knownAgent(deps, request, params.id)
    if (!found.ok) return found
    const after = lastEventId(request) ?? null
    const isOurs = ({ type }: LogEvent) => messageTypes.has(type)
    const prefix = agentSessionStream.of(params.id)
    void sendEvents(reply, (signal) => eventsOf(deps.store, { after, prefix, isOurs, signal }), closing.signal)
    return answered
  })
}

type Wanted = {
  readonly after: string | null
  readonly prefix: string
  readonly isOurs: (event: LogEvent) => boolean
  readonly signal: AbortSignal
}

/** By their positions in the log: what a reader comes back with. */
async function* eventsOf(store: EventStore, { after, prefix, isOurs, signal }: Wanted): AsyncGenerator<StreamedEvent> {
  for await (const item of store.subscribeAll({ after, filter: { streamPrefixes: [prefix] }, signal })) {
    if (item.kind !== 'event' || !isOurs(item.event)) continue
    const { position: id, type } = item.event
    yield { id, type, data: item.event }
  }
}
