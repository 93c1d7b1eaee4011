import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect, isIP, type Socket } from 'node:net'
import type { Destination, Target } from './destination.ts'
import { bracketed } from '@mosaic/outgoing'
import type { UpstreamProxy } from './upstream-proxy.ts'

const connectWithinMs = 15_000

/** Is given every socket before it is connected, so that it can be destroyed at any time. */
type Hold = (socket: Socket) => void

/** @throws when there is no connection to be had */
export const dial = (destination: Destination, hold: Hold): Promise<Socket> =>
  'through' in destination
    ? dialThrough(destination.through, destination, hold)
    : dialAddress(destination.addresses, destination.port, hold)

/** The addresses that were checked: names are not asked for again. */
async function dialAddress(addresses: readonly string[], port: number, hold: Hold): Promise<Socket> {
  const checked = addresses.map((address) => ({ address, family: isIP(address) }))
  const socket = connect({
    host: 'checked',
    port,
    lookup: (_, __, answer) => answer(null, checked),
    autoSelectFamily: true,
    allowHalfOpen: true,
    noDelay: true,
  })
  hold(socket)
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(connectWithinMs) })
  } catch (error) {
    socket.destroy()
    throw error
  }
  return socket
}

async function dialThrough(proxy: UpstreamProxy, target: Target, hold: Hold): Promise<Socket> {
  const name = `${bracketed(target.host)}:${target.port}`
  const signal = AbortSignal.timeout(connectWithinMs)
  const headers = { host: name, ...(proxy.authorization && { 'proxy-authorization': proxy.authorization }) }
  const asked = request({ host: proxy.host, port: proxy.port, method: 'CONNECT', path: name, headers, agent: false })
  asked.on('error', () => undefined)
  asked.once('socket', hold)
  asked.end()
  try {
    const [answer, socket, head] = (await once(asked, 'connect', { signal })) as [IncomingMessage, Socket, Buffer]
    if (answer.statusCode !== 200) throw new Error(`the proxy answered ${answer.statusCode}`)
    socket.unshift(head)
    return socket
  } catch (error) {
    asked.destroy()
    throw error
  }
}
