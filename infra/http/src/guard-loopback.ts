import type { FastifyInstance, FastifyRequest } from 'fastify'
import { RejectedError } from './faults.ts'

export type LoopbackGuardOptions = {
  /** The address that the app listens on. Only one on the loopback interface restricts the Host header. */
  readonly boundTo: string
  /** Further host names that may stand in the Host header (a reverse proxy's public name). */
  readonly allowHosts?: readonly string[]
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Keeps web pages of other sites away from a server on this machine. Refuses with FORBIDDEN, before anything is parsed:
 * a Host that is no loopback name (DNS rebinding), an Origin other than the server's own (it covers WebSockets, which
 * CORS does not), and a Sec-Fetch-Site of another site on unsafe methods (W3C Fetch Metadata). Programs that are no
 * browsers send none of the latter two.
 */
export function guardLoopback(app: FastifyInstance, options: LoopbackGuardOptions): void {
  app.addHook('onRequest', async (request) => {
    const reason = reasonToRefuse(request, options)
    if (reason) throw new RejectedError({ code: 'FORBIDDEN', message: reason })
  })
}

function reasonToRefuse(request: FastifyRequest, options: LoopbackGuardOptions): string | undefined {
  const { host, origin } = request.headers
  if (isLoopback(options.boundTo)) {
    const name = host === undefined ? undefined : hostnameOf(`http://${host}`)
    const allowed = name !== undefined && (isLoopback(name) || options.allowHosts?.includes(name))
    if (!allowed) return 'the Host header names no address of this machine'
  }
  if (origin !== undefined && !isOwnOrigin(origin, host)) return 'requests of other origins are not accepted'
  const site = request.headers['sec-fetch-site']
  if (!safeMethods.has(request.method) && site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'requests of other sites are not accepted'
  return undefined
}

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : undefined
}

/** Whether a host name stands for this machine's loopback interface (RFC 6761 §6.3, RFC 5735, RFC 4291 §2.5.3). */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
  )
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`)
}
