import { gatewayRoutes } from '@mosaic/contracts/http'
import { addRoute, answered, RejectedError } from '@mosaic/http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { operatorOf, type SignInCheck } from '../sign-in/authenticate.ts'
import { followSession, type LiveSources, storeIsDown } from './follow-session.ts'
import { followWorkspace, followWorkspaceFrom } from './follow-workspace.ts'
import { sessionAccess } from './session-access.ts'
import { openSse } from './sse.ts'

export type LiveDependencies = LiveSources & {
  readonly isSignedIn: SignInCheck
  /** Aborted when the gateway stops. */
  readonly closing: AbortSignal
}

const readyTimeoutMs = 3000

export function addSseRoutes(app: FastifyInstance, dependencies: LiveDependencies): void {
  const { eventStore, feed, closing, isSignedIn } = dependencies
  const open = (request: FastifyRequest, reply: Parameters<typeof openSse>[0]) =>
    openSse(reply, { closing, isSignedIn: () => isSignedIn(request) })

  addRoute(app, gatewayRoutes.stream, async ({ params, query, request, reply }) => {
    const { workspaceId } = operatorOf(request)
    const resumeAfter = lastEventId(request, /^\d{1,15}$/)
    await untilReady(dependencies)
    const access = await sessionAccess(eventStore, params.id, workspaceId)
    if (!access.ok) return access
    const stream = open(request, reply)
    const afterRevision = resumeAfter === undefined ? (query.fromRevision ?? 0) - 1 : Number(resumeAfter)
    followSession(dependencies, { sessionId: params.id, workspaceId, afterRevision, ...stream })
      .catch((error: unknown) => request.log.error({ err: error }, 'a live stream failed'))
      .finally(stream.end)
    return answered
  })

  addRoute(app, gatewayRoutes.eventsStream, async ({ query, request, reply }) => {
    const { workspaceId } = operatorOf(request)
    const after = lastEventId(request, /^\d{1,20}$/) ?? query.from
    await untilReady(dependencies)
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

/** Waits until the feed misses nothing any more; refuses when the event store has not been reached since the start. */
export async function untilReady({ feed }: LiveSources): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), readyTimeoutMs)
  })
  const first = await Promise.race([feed.ready, late])
  clearTimeout(timer)
  if (first === 'late') throw new RejectedError(storeIsDown)
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
