import { type RequestListener, type ServerResponse, createServer } from 'node:http'
import type { Member } from '../cluster/gossip.ts'
import { SERVER_VERSION } from '../cluster/server-features.ts'

export interface HttpDeps {
  member: () => Member
  /** Position of the newest event. */
  newest: () => number
  secure: boolean
  /** True when the node takes reads and writes. */
  live: () => boolean
  stats: () => Record<string, unknown>
}

const json = (response: ServerResponse, body: unknown) => {
  const text = JSON.stringify(body, undefined, 2)
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(text)
}

const info = ({ secure }: HttpDeps) => ({
  esVersion: SERVER_VERSION,
  state: 'leader',
  features: { projections: true, userManagement: secure, atomPub: false },
  authentication: { type: secure ? 'basic' : 'insecure', properties: {} },
})

function gossip({ member, newest }: HttpDeps) {
  const { instanceId, host, port } = member()
  const checkpoint = newest()
  return {
    members: [
      {
        instanceId,
        timeStamp: new Date().toISOString(),
        state: 'Leader',
        isAlive: true,
        internalTcpIp: host,
        internalTcpPort: 0,
        internalSecureTcpPort: 0,
        externalTcpIp: host,
        externalTcpPort: 0,
        externalSecureTcpPort: 0,
        httpEndPointIp: host,
        httpEndPointPort: port,
        lastCommitPosition: checkpoint,
        writerCheckpoint: checkpoint,
        chaserCheckpoint: checkpoint,
        epochPosition: 0,
        epochNumber: 0,
        epochId: instanceId,
        nodePriority: 0,
        isReadOnlyReplica: false,
        esVersion: SERVER_VERSION,
      },
    ],
    serverIp: host,
    serverPort: port,
  }
}

type Endpoint = (deps: HttpDeps, response: ServerResponse) => unknown

const ENDPOINTS: Record<string, Endpoint> = {
  '/health/live': (deps, response) => response.writeHead(deps.live() ? 204 : 503).end(),
  '/info': (deps, response) => json(response, info(deps)),
  '/gossip': (deps, response) => json(response, gossip(deps)),
  '/stats': (deps, response) => json(response, deps.stats()),
}

const endpoints =
  (deps: HttpDeps): RequestListener =>
  (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://node')
    const endpoint = ENDPOINTS[pathname]
    if (!endpoint) response.writeHead(404).end()
    else if (request.method !== 'GET' && request.method !== 'HEAD') response.writeHead(405).end()
    else endpoint(deps, response)
  }

/** What load balancers, clients of old and people with curl ask; connections come from the listener. */
export const createHttpEndpoints = (deps: HttpDeps) => createServer({ requestTimeout: 10_000 }, endpoints(deps))
