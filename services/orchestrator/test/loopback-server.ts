import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createPlainServer, type Server, type Socket } from 'node:net'

/** A server of this machine that counts who comes; gone at the end of the block. */
export class LoopbackServer implements AsyncDisposable {
  readonly server: Server
  connections = 0
  received = ''
  readonly sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.server = server
    server.on('connection', (socket) => {
      this.connections += 1
      this.sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('data', (bytes: Buffer) => (this.received += bytes.toString('latin1')))
      socket.once('close', () => this.sockets.delete(socket))
    })
  }

  static async start(server: Server): Promise<LoopbackServer> {
    const started = new LoopbackServer(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return started
  }

  static http(listener: RequestListener): Promise<LoopbackServer> {
    return LoopbackServer.start(createServer(listener))
  }

  /** Takes what comes and answers it as it is. */
  static echo(): Promise<LoopbackServer> {
    return LoopbackServer.start(createPlainServer({ allowHalfOpen: true }, (socket) => void socket.pipe(socket)))
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close()
    for (const socket of this.sockets) socket.destroy()
  }
}
