import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Something of ours that programs in a sandbox may speak to, at their way out. What they say was written by a hostile agent. */
export type Service = {
  /** A request to `servicePath` and what follows it, with the rest of the path as its URL. */
  request?(request: IncomingMessage, response: ServerResponse): void
  /** Bytes to and fro, by CONNECT to `serviceTarget`. Answers who takes the connection; nobody: it is cut. */
  connect?(): ((socket: Socket) => void) | undefined
}

/** By name, of small letters and dashes. */
export type Services = ReadonlyMap<string, Service>

export const servicePath = (name: string) => `/service/${name}`
export const serviceTarget = (name: string) => `${name}.service:1`

/** `undefined`: the request is for somebody else. */
export function serviceAsked(services: Services, url: string): { service: Service; rest: string } | undefined {
  const [, name = '', rest = ''] = /^\/service\/([a-z-]+)(\/.*)?$/s.exec(url) ?? []
  const service = services.get(name)
  return service && { service, rest: rest || '/' }
}

export const serviceConnected = (services: Services, target: string): Service | undefined =>
  services.get(/^([a-z-]+)\.service:1$/.exec(target)?.[1] ?? '')
