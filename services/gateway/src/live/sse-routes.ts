import type { AgentProvider } from '@mosaic/contracts/agent-provider'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { addRoute, answered, RejectedError } from '@mosaic/http'
import type { Terminals } from '@mosaic/messaging'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { operatorOf, type SignInWatch } from '../sign-in/authenticate.ts'
import type { LiveSources } from './follow-session.ts'
import { followWorkspace, followWorkspaceFrom } from './follow-workspace.ts'
import { untilReady } from './ready.ts'
import { openSse, type SseStream } from './sse.ts'

export type LiveDependencies = LiveSources & {
  readonly provider: AgentProvider
  readonly terminals: Terminals
  readonly signIns: SignInWatch
  /** Aborted when the gateway stops. */
  readonly closing: AbortSignal
}

export function addSseRoutes(app: FastifyInstance, dependencies: LiveDependencies): void {
  const { eventStore, feed, provider, closing, signIns } = dependencies
  const open = (request: FastifyRequest, reply: Parameters<typeof openSse>[0]) =>
    openSse(reply, {
      closing,
      isSignedIn: () => signIns.isSignedIn(request),
      onSignedOut: (listener) => signIns.onSignedOut(request, listener),
    })

  addRoute(app, gatewayRoutes.stream, async ({ params, query, request, reply }) => {
    const resumeAfter = lastEventId(request, /^\d{1,15}$/)
    const afterRevision = resumeAfter === undefined ? (query.fromRevision ?? 0) - 1 : Number(resumeAfter)
    let stream: SseStream | undefined
    const openReader = () => (stream = open(request, reply)).sink
    const subscribed = await provider.subscribeToMessages(
      params.id,
      { afterRevision, open: openReader },
      operatorOf(request),
    )
    if (!subscribed.ok) return subscribed
    const { ended, unsubscribe } = subscribed.value
    if (stream?.signal.aborted) unsubscribe()
    stream?.signal.addEventListener('abort', unsubscribe)
    ended
      .catch((error: unknown) => request.log.error({ err: error }, 'a live stream failed'))
      .finally(() => stream?.end())
    return answered
  })

  addRoute(app, gatewayRoutes.eventsStream, async ({ query, request, reply }) => {
    const { workspaceId } = operatorOf(request)
    const after = lastEventId(request, /^\d{1,20}$/) ?? query.from
    await untilReady(feed)
    // Fails here rather than in the middle of the stream.
    if (after !== undefined) await eventStore.ping()
    const stream = open(request, reply)
    const subscription = { workspaceId, type: query.type, ...stream }
    const following =
      after === undefined ? followWorkspace(feed, subscription) : followWorkspaceFrom(dependencies, after, subscription)
    following.catch((error: unknown) => request.log.error({ err: error }, 'a live stream failed')).finally(stream.end)
    return answered
  })
}

function lastEventId(request: FastifyRequest, pattern: RegExp): string | undefined {
  const given = request.headers['last-event-id']
  if (given === undefined || given === '') return undefined
  if (typeof given === 'string' && pattern.test(given)) return given
  throw new RejectedError({
    code: 'VALIDATION_FAILED',
    message: 'last-event-id: expected the id of an event of this stream',
    field: 'last-event-id',
  })
}
