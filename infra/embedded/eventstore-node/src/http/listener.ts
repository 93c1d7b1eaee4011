import type { Server as HttpServer } from 'node:http'
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { GrpcServer } from '../grpc/server.ts'

/** The first bytes of every HTTP/2 connection ("PRI * HTTP/2.0"). */
const HTTP2_PREFACE = 'PRI '
const SILENCE_MS = 10_000

/** Certificate and key in PEM. */
export interface Tls {
  cert: string | Buffer
  key: string | Buffer
}

export interface Listener {
  host: string
  port: number
  /** Takes no more connections, and ends those of HTTP/1. */
  close(): Promise<void>
}

export interface ListenOptions {
  host: string
  port: number
  grpc: GrpcServer
  http: HttpServer
  tls: Tls | undefined
}

type Route = Pick<ListenOptions, 'grpc' | 'http'>

/** Looks at the first bytes of a connection and hands it to the server that speaks that protocol. */
function route(socket: Socket, { grpc, http }: Route): void {
  socket.on('error', () => socket.destroy())
  const silent = setTimeout(() => socket.destroy(), SILENCE_MS)
  socket.once('close', () => clearTimeout(silent))
  let head = Buffer.alloc(0)
  const look = () => {
    const more = socket.read() as Buffer | null
    if (!more) return
    head = Buffer.concat([head, more])
    const start = head.toString('latin1', 0, HTTP2_PREFACE.length)
    if (start.length < HTTP2_PREFACE.length && HTTP2_PREFACE.startsWith(start)) return
    socket.off('readable', look)
    clearTimeout(silent)
    socket.unshift(head)
    if (start === HTTP2_PREFACE) grpc.accept(socket)
    else http.emit('connection', socket)
  }
  socket.on('readable', look)
}

function createListener(options: ListenOptions, sockets: Set<Socket>): Server {
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }
  const { tls } = options
  if (!tls) {
    return createServer({ noDelay: true }, (socket) => {
      keep(socket)
      route(socket, options)
    })
  }
  const server = createTlsServer({ ...tls, ALPNProtocols: ['h2', 'http/1.1'], handshakeTimeout: SILENCE_MS })
  server.on('connection', keep)
  server.on('tlsClientError', (_fault, socket) => socket.destroy())
  server.on('secureConnection', (socket) => {
    socket.setNoDelay(true)
    route(socket, options)
  })
  return server
}

/** One port for gRPC (HTTP/2) and for the HTTP/1 endpoints. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { host, port } = options
  const sockets = new Set<Socket>()
  const server = createListener(options, sockets)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: 4096 }, resolve)
  })
  const address = server.address() as AddressInfo
  return {
    host,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
