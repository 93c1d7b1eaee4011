import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to the event store that can break the connection when an answer comes, after the work is done, or leave it half open. */
export async function startCuttingProxy(url: string) {
  const { hostname, port } = new URL(url.replace('esdb', 'http'))
  const sockets = new Set<Socket>()
  let armed = false
  let cuts = 0
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far)
    far.on('data', (bytes) => {
      // Frames of 17 bytes and less are acknowledgements of the protocol, not answers.
      if (armed && bytes.length > 34) {
        armed = false
        cuts++
        near.destroy()
      } else near.write(bytes)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `esdb://127.0.0.1:${(server.address() as AddressInfo).port}?tls=false`,
    cutBeforeNextAnswer: () => void (armed = true),
    cuts: () => cuts,
    /** Whoever is connected stays so and hears nothing any more; new connections work. */
    leaveHalfOpen() {
      for (const socket of sockets) socket.unpipe().removeAllListeners('data').resume()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
