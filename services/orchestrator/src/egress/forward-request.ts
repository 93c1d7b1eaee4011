import { type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { invalid, type Refusal, type Target } from './destination.ts'
import { bracketed, readHost } from '@mosaic/outgoing'
import { serviceAsked } from './service.ts'
import type { WayOut } from './way-out.ts'

/** What the program inside asks once it listens there. */
const readyPath = '/inside-ready'

const statuses = { refused: 403, failed: 502 } as const

/** RFC 9110, 7.6.1: meant for whoever is at the other end of this connection, and not for the next. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** A request in plain HTTP, of which the whole address is told: sent on as if we had made it. */
export async function forwardRequest(way: WayOut, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Never answered: its end says that the program has ended.
  if (request.url === readyPath) return way.insideReady(request.socket)
  const ours = serviceAsked(way.services, request.url ?? '')
  if (ours?.service.request) {
    request.url = ours.rest
    return ours.service.request(request, response)
  }
  const asked = readAddress(request.url ?? '')
  if (!asked) {
    const refusal = invalid('expected the address of a plain http resource, or CONNECT')
    way.refused(null, refusal)
    return refuse(response, refusal)
  }
  const crossed = await way.cross(asked.target)
  if (!crossed.ok) return refuse(response, crossed.error)
  way.passed(crossed.value)
  const { socket } = crossed.value
  response.once('close', () => socket.destroy())
  const { host, port } = asked.target
  const onward = httpRequest({
    createConnection: () => socket,
    method: request.method,
    path: asked.path,
    headers: { ...endToEnd(request.headers), host: port === 80 ? bracketed(host) : `${bracketed(host)}:${port}` },
  })
  onward.on('error', () => response.destroy())
  // Also where it changes to another protocol, which nobody has asked it for.
  onward.once('close', () => response.headersSent || response.destroy())
  onward.once('response', (answer) => {
    const { statusCode = 0 } = answer
    // Any three digits are read as one, and not all can be said again.
    if (statusCode < 200) return void response.destroy()
    response.writeHead(statusCode, endToEnd(answer.headers))
    void pipeline(answer, response).catch(() => undefined)
  })
  await pipeline(request, onward).catch(() => void response.destroy())
}

function readAddress(text: string): { target: Target; path: string } | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, hostname, port, pathname, search, username } = new URL(text)
  const host = readHost(hostname)
  if (protocol !== 'http:' || host === undefined || username !== '') return undefined
  return { target: { host, port: Number(port || 80) }, path: pathname + search }
}

function endToEnd(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  const left = new Set([...hopByHop, ...named])
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !left.has(name)))
}

function refuse(response: ServerResponse, { outcome, reason, message }: Refusal): void {
  response.writeHead(statuses[outcome], { 'content-type': 'text/plain', 'mosaic-reason': reason }).end(`${message}\n`)
}
