import { readHost } from '@mosaic/outgoing'
import type { Target } from './destination.ts'

/** A proxy that this machine has to go through itself: a company's. */
export type UpstreamProxy = {
  readonly host: string
  readonly port: number
  /** For Proxy-Authorization. */
  readonly authorization: string | undefined
  /** Hosts that are reached without it. */
  bypasses(target: Target): boolean
}

/**
 * `undefined` where it is none that is spoken to in plain HTTP.
 * @param noProxy As in NO_PROXY: names with all below them, `host:port`, `*` for all.
 */
export function upstreamProxy(address: string, noProxy = ''): UpstreamProxy | undefined {
  if (!URL.canParse(address)) return undefined
  const { protocol, hostname, port, username, password } = new URL(address)
  if (protocol !== 'http:') return undefined
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const exceptions = noProxy.split(/[\s,]+/).flatMap((text) => exception(text) ?? [])
  return {
    host: readHost(hostname) ?? hostname,
    port: Number(port || 80),
    authorization: username ? `Basic ${Buffer.from(credentials).toString('base64')}` : undefined,
    bypasses: (target) => exceptions.some((matches) => matches(target)),
  }
}

function exception(text: string): ((target: Target) => boolean) | undefined {
  const [, name = '', port] = /^(.*?)(?::([0-9]+))?$/.exec(text.toLowerCase().replace(/^\*?\./, '')) ?? []
  if (name === '') return undefined
  const isPort = (target: Target) => port === undefined || Number(port) === target.port
  return (target) => isPort(target) && (name === '*' || target.host === name || target.host.endsWith(`.${name}`))
}
