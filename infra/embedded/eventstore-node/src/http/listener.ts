import type { Server as HttpServer } from 'node:http'
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net'
import type { GrpcServer } from '../grpc/server.ts'

/** The first bytes of every HTTP/2 connection ("PRI * HTTP/2.0"). */
const HTTP2_PREFACE = 'PRI '
const SILENCE_MS = 10_000

export interface Listener {
  host: string
  port: number
  /** Takes no more connections, and ends those of HTTP/1. */
  close(): Promise<void>
}

/** Looks at the first bytes of a connection and hands it to the server that speaks that protocol. */
function route(socket: Socket, grpc: GrpcServer, http: HttpServer): void {
  socket.on('error', () => socket.destroy())
  const silent = setTimeout(() => socket.destroy(), SILENCE_MS)
  socket.once('close', () => clearTimeout(silent))
  const look = () => {
    const head = socket.read() as Buffer | null
    if (!head) return
    socket.unshift(head)
    const start = head.toString('latin1', 0, HTTP2_PREFACE.length)
    if (start.length < HTTP2_PREFACE.length && HTTP2_PREFACE.startsWith(start)) return
    socket.off('readable', look)
    clearTimeout(silent)
    if (start === HTTP2_PREFACE) grpc.accept(socket)
    else http.emit('connection', socket)
  }
  socket.on('readable', look)
}

/** One port for gRPC (HTTP/2) and for the HTTP/1 endpoints. */
export async function listen(host: string, port: number, grpc: GrpcServer, http: HttpServer): Promise<Listener> {
  const sockets = new Set<Socket>()
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    route(socket, grpc, http)
  })
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
