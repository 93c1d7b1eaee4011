import { request } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

// Runs in the sandbox, whose only network is its own loopback: what comes in there goes to the socket beside this file.
// Arguments: the proxy's port, then hosts of the machine outside, as host:port, that are shown at the same port.
const [, , proxyPort, ...shown] = process.argv
const way = fileURLToPath(new URL('socket', import.meta.url))

/** Answers whether it could: what the agent listens at itself stays its own. */
function listen(host: string, port: number, serve: (client: Socket) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer({ allowHalfOpen: true }, serve)
    server.once('error', () => resolve(false)).listen(port, host, () => resolve(true))
  })
}

function join(client: Socket, outside: Socket): void {
  for (const [one, other] of [
    [client, outside],
    [outside, client],
  ] as const) {
    one.on('error', () => undefined)
    // What one side has said to its end still reaches the other.
    one.once('close', () => other.destroySoon())
  }
  client.pipe(outside)
  outside.pipe(client)
}

function show(target: string, client: Socket): void {
  client.pause()
  const asked = request({ socketPath: way, method: 'CONNECT', path: target, agent: false })
  asked.on('error', () => client.destroy())
  asked.once('connect', ({ statusCode }, outside: Socket) => {
    if (statusCode === 200) join(client, outside)
    else client.destroy()
  })
  asked.end()
}

const portOf = (target: string) => Number(target.slice(target.lastIndexOf(':') + 1))
for (const target of shown) {
  for (const host of ['127.0.0.1', '::1']) await listen(host, portOf(target), (client) => show(target, client))
}
const goOut = (client: Socket) => join(client, connect({ path: way, allowHalfOpen: true }))
if (!(await listen('127.0.0.1', Number(proxyPort), goOut))) throw new Error(`the port ${proxyPort} is taken`)
// Open for as long as this program lives.
request({ socketPath: way, path: '/inside-ready', agent: false })
  .on('error', () => undefined)
  .end()
