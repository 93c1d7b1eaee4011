import { type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream, createServer } from 'node:http2'
import type { Socket } from 'node:net'
import type { Authenticate } from '../access/authenticator.ts'
import { ServerCall } from './call.ts'
import { keepAlive } from './keep-alive.ts'
import { GrpcError, Status } from './status.ts'

export type Handler = (call: ServerCall) => void | Promise<void>
/** Handlers by `/service/Method`. */
export type Routes = ReadonlyMap<string, Handler>

const WINDOW = 1024 * 1024

/** gRPC over HTTP/2, for connections that somebody else accepts. */
export interface GrpcServer {
  accept(socket: Socket): void
  readonly openCalls: number
  readonly connections: number
  /** Refuses new calls, ends the open ones, and closes the connections. */
  close(): Promise<void>
}

const run = async (authenticate: Authenticate, handler: Handler, call: ServerCall) => {
  try {
    const caller = authenticate(call.headers.authorization)
    // As a rule known at once: a call must not wait a turn for it.
    call.principal = caller instanceof Promise ? await caller : caller
    await handler(call)
  } catch (fault) {
    call.fail(fault)
  }
}

export function createGrpcServer(routes: Routes, authenticate: Authenticate): GrpcServer {
  const calls = new Set<ServerCall>()
  const sessions = new Set<ServerHttp2Session>()
  let closing = false
  const server = createServer({
    settings: { initialWindowSize: WINDOW, maxConcurrentStreams: 100_000 },
    maxSessionMemory: 1000,
    maxSessionInvalidFrames: 100,
  })

  server.on('session', (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    session.on('error', () => session.destroy())
    session.setLocalWindowSize(WINDOW * 4)
    keepAlive(session)
  })
  server.on('sessionError', () => {})
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    if (!String(headers['content-type']).startsWith('application/grpc')) {
      stream.respond({ ':status': 415 }, { endStream: true })
      return
    }
    const call = new ServerCall(stream, headers)
    const handler = routes.get(call.path)
    if (closing) {
      call.fail(new GrpcError(Status.UNAVAILABLE, 'Server is shutting down'))
    } else if (handler) {
      calls.add(call)
      call.onClose(() => calls.delete(call))
      void run(authenticate, handler, call)
    } else {
      call.fail(new GrpcError(Status.UNIMPLEMENTED, `${call.path} is not implemented by this node.`))
    }
  })

  return {
    get openCalls() {
      return calls.size
    },
    get connections() {
      return sessions.size
    },
    accept: (socket) => {
      server.emit('connection', socket)
    },
    close: async () => {
      closing = true
      for (const call of calls) call.fail(new GrpcError(Status.UNAVAILABLE, 'Server is shutting down'))
      const gone = Array.from(sessions, (session) => new Promise<void>((resolve) => session.once('close', resolve)))
      for (const session of sessions) session.close()
      const patience = setTimeout(() => {
        for (const session of sessions) session.destroy()
      }, 500)
      await Promise.all(gone)
      clearTimeout(patience)
    },
  }
}
