import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { readGreeting } from './client-hello.ts'
import { invalid, type Refusal, type Target } from './destination.ts'
import { isAddress, readTarget } from '@mosaic/outgoing'
import { isThisMachine, type Rules } from './rules.ts'
import type { Service } from './service.ts'
import type { Crossing, WayOut } from './way-out.ts'

export type Asked = { readonly request: IncomingMessage; readonly client: Socket; readonly head: Buffer }

/** The largest ClientHello that is waited for; browsers' are below 4 kB. */
const mostHeld = 16_384

const mismatch: Refusal = {
  outcome: 'refused',
  reason: 'SERVER_NAME_MISMATCH',
  message: 'what TLS asks for is not the host that was allowed',
}

/** CONNECT: bytes go to and fro unread, after the first ones have been looked at. */
export async function tunnel(way: WayOut, { request, client, head }: Asked): Promise<void> {
  const target = readTarget(request.url ?? '')
  if (!target) {
    const refusal = invalid('expected a host and a port')
    way.refused(null, refusal)
    return refuse(client, refusal)
  }
  client.pause()
  const crossed = await way.cross(target)
  if (!crossed.ok) return refuse(client, crossed.error)
  const { socket } = crossed.value
  if (client.destroyed) return void socket.destroy()
  // What one side has said to its end still reaches the other.
  socket.once('close', () => client.destroySoon())
  client.once('close', () => socket.destroySoon())
  client.write('HTTP/1.1 200 Connection established\r\n\r\n')
  socket.pipe(client)
  sendOn(way, { crossing: crossed.value, client, head })
}

/** It may be silent for as long as it likes: somebody may think, or wait for a person. */
export function serve(service: Service, { client, head }: Asked): void {
  const receive = service.connect?.()
  if (!receive) return void client.destroy()
  client.setTimeout(0)
  client.write('HTTP/1.1 200 Connection established\r\n\r\n')
  if (head.length > 0) client.unshift(head)
  receive(client)
}

type Sending = { readonly crossing: Crossing; readonly client: Socket; readonly head: Buffer }

/** Holds back what comes from inside until it has said whom it is for. */
function sendOn(way: WayOut, { crossing, client, head }: Sending): void {
  const { socket, destination } = crossing
  let held = Buffer.alloc(0)
  const pass = () => {
    client.off('data', take)
    client.off('end', pass)
    way.passed(crossing)
    if (held.length > 0) socket.write(held)
    client.pipe(socket)
  }
  const take = (bytes: Buffer) => {
    held = Buffer.concat([held, bytes])
    const verdict = judge(held, destination, way.rules)
    if (verdict === 'pass') return pass()
    if (verdict === 'more') return
    client.off('end', pass)
    way.refused(destination, mismatch)
    socket.destroy()
  }
  client.on('data', take)
  client.once('end', pass)
  if (head.length > 0) take(head)
  client.resume()
}

function judge(first: Buffer, destination: Target, rules: Rules): 'more' | 'pass' | 'refuse' {
  const greeting = readGreeting(first)
  if (greeting.kind === 'more') return first.length < mostHeld ? 'more' : 'refuse'
  if (greeting.kind === 'broken') return 'refuse'
  if (greeting.kind === 'other') return 'pass'
  return mayBeFor(greeting.serverName, destination, rules) ? 'pass' : 'refuse'
}

/** Addresses are not sent as server names (RFC 6066, 3); whom this machine serves under which name is the person's affair. */
function mayBeFor(serverName: string | null, { host, port }: Target, rules: Rules): boolean {
  if (isThisMachine(host)) return true
  if (!isAddress(host)) return serverName === host
  return serverName === null || rules.allows(serverName, port)
}

const statuses = { refused: '403 Forbidden', failed: '502 Bad Gateway' } as const

function refuse(client: Socket, { outcome, reason, message }: Refusal): void {
  const body = `${message}\n`
  const headers = `Content-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\nMosaic-Reason: ${reason}`
  client.end(`HTTP/1.1 ${statuses[outcome]}\r\n${headers}\r\n\r\n${body}`)
}
