import websocket, { type WebSocket } from '@fastify/websocket'
import {
  clientFrame,
  type ClientFrame,
  type Problem,
  type ServerFrame,
  signedOutCode,
  websocketPath,
} from '@mosaic/contracts/http'
import { problemOf, problemOfIssues, RejectedError } from '@mosaic/http'
import { StoreUnavailableError } from '@mosaic/event-store'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { operatorOf } from '../sign-in/authenticate.ts'
import { storeIsDown } from './follow-session.ts'
import { sessionAccess } from './session-access.ts'
import { followTerminal } from './follow-terminal.ts'
import { followWorkspace } from './follow-workspace.ts'
import { untilReady } from './ready.ts'
import { socketSink } from './socket-sink.ts'
import type { LiveDependencies } from './sse-routes.ts'

const mostSubscriptions = 256
const mostFrameBytes = 16 * 1024
const heartbeatMs = 15_000
const farewellMs = 1000
/** Close code 1001 (RFC 6455 §7.4.1). */
const goingAway = 1001

/** `/ws`: many subscriptions over one connection. */
export async function addSocket(app: FastifyInstance, dependencies: LiveDependencies): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload: mostFrameBytes },
    preClose(done) {
      sendAway(app.websocketServer.clients)
      app.websocketServer.close(done)
    },
  })
  app.get(websocketPath, { websocket: true, schema: { hide: true }, config: { role: 'observer' } }, (socket, request) =>
    serve(socket, request, dependencies),
  )
}

/** Who does not answer the farewell in time is cut off: a reader that has stalled must not keep the gateway. */
function sendAway(sockets: ReadonlySet<WebSocket>): void {
  for (const socket of sockets) socket.close(goingAway, 'the gateway stops')
  setTimeout(() => {
    for (const socket of sockets) socket.terminate()
  }, farewellMs).unref()
}

function serve(socket: WebSocket, request: FastifyRequest, dependencies: LiveDependencies): void {
  const { feed, provider, signIns, terminals } = dependencies
  const { workspaceId } = operatorOf(request)
  const subscriptions = new Map<string, AbortController>()
  const send = (frame: ServerFrame) => socket.send(JSON.stringify(frame), () => undefined)
  const refuse = (id: string | null, problem: Problem) => send({ type: 'problem', id, problem })

  const subscribe = async ({ id, topic }: Extract<ClientFrame, { type: 'subscribe' }>, control: AbortController) => {
    const { signal } = control
    const open = () => {
      if (!signal.aborted) send({ type: 'subscribed', id, position: String(feed.position()) })
      return socketSink(socket, id, signal)
    }
    if (topic.kind === 'fleet') {
      await untilReady(feed)
      return followWorkspace(feed, { workspaceId, sink: open(), signal })
    }
    if (topic.kind === 'terminal') {
      const { sessionId } = topic
      const access = await sessionAccess(dependencies.eventStore, sessionId, workspaceId)
      if (!access.ok) return refuse(id, problemOf(access.error))
      return followTerminal(terminals, { sessionId, workspaceId, sink: open(), signal })
    }
    const { sessionId, afterRevision = -1 } = topic
    const subscribed = await provider.subscribeToMessages(sessionId, { afterRevision, open }, { workspaceId })
    if (!subscribed.ok) return refuse(id, problemOf(subscribed.error))
    const { ended, unsubscribe } = subscribed.value
    if (signal.aborted) unsubscribe()
    signal.addEventListener('abort', unsubscribe)
    return ended
  }

  const begin = (frame: Extract<ClientFrame, { type: 'subscribe' }>) => {
    const { id } = frame
    if (subscriptions.has(id) || subscriptions.size >= mostSubscriptions) {
      const message = subscriptions.has(id) ? 'id: is in use' : `at most ${mostSubscriptions} subscriptions`
      return refuse(id, problemOf({ code: 'VALIDATION_FAILED', message, field: 'id' }))
    }
    const control = new AbortController()
    subscriptions.set(id, control)
    subscribe(frame, control)
      .catch((error: unknown) => refuse(id, problemOfFault(error, request)))
      .finally(() => {
        if (subscriptions.get(id) === control) subscriptions.delete(id)
      })
  }

  const answer = (frame: ClientFrame) => {
    if (frame.type === 'ping') return send({ type: 'pong' })
    if (frame.type === 'subscribe') return begin(frame)
    subscriptions.get(frame.id)?.abort()
    subscriptions.delete(frame.id)
    send({ type: 'unsubscribed', id: frame.id })
  }

  socket.on('message', (data: Buffer) => {
    const parsed = clientFrame.safeParse(jsonOf(data))
    if (parsed.success) answer(parsed.data)
    else refuse(null, problemOfIssues(parsed.error.issues))
  })
  const stopHeartbeat = keepAlive(socket, () => signIns.isSignedIn(request))
  const stopWatching = signIns.onSignedOut(request, () => sendSignedOut(socket))
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    stopHeartbeat()
    stopWatching()
    for (const control of subscriptions.values()) control.abort()
    subscriptions.clear()
  })
}

/** A peer that answers no ping is gone; one whose sign-in has ended is sent away. */
function keepAlive(socket: WebSocket, isSignedIn: () => boolean): () => void {
  let alive = true
  socket.on('pong', () => (alive = true))
  const timer = setInterval(() => {
    if (!alive) return socket.terminate()
    if (!isSignedIn()) return sendSignedOut(socket)
    alive = false
    socket.ping()
  }, heartbeatMs)
  return () => clearInterval(timer)
}

/** Who does not answer is cut off: a session that has ended reads nothing more. */
function sendSignedOut(socket: WebSocket): void {
  socket.close(signedOutCode, 'signed out')
  setTimeout(() => socket.terminate(), farewellMs).unref()
}

function jsonOf(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'))
  } catch {
    return undefined
  }
}

function problemOfFault(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof RejectedError) return problemOf(error.rejection)
  if (error instanceof StoreUnavailableError) return problemOf(storeIsDown)
  request.log.error({ err: error }, 'a live subscription failed')
  return problemOf({ code: 'INTERNAL', message: 'the subscription failed' })
}
