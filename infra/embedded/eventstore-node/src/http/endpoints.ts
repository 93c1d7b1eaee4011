import { type IncomingMessage, type RequestListener, type ServerResponse, createServer } from 'node:http'
import type { Authenticate } from '../access/authenticator.ts'
import { type Principal, isOperator, isSignedIn } from '../access/principal.ts'
import type { Member } from '../cluster/gossip.ts'
import { FILE_VERSION } from '../cluster/server-features.ts'
import type { Exposition } from '../operations/metrics.ts'
import { type Grouped, type Statistics, grouped } from '../operations/monitoring.ts'
import { type Configuration, nodeOptions } from './node-options.ts'
import { unixTime } from '../clock.ts'

export interface HttpDeps {
  member: () => Member
  /** Position of the newest event. */
  newest: () => number
  secure: boolean
  configuration: () => Configuration
  authenticate: Authenticate
  /** True when the node takes reads and writes. */
  live: () => boolean
  stats: () => Statistics
  metrics: () => Promise<Exposition>
}

interface Answer {
  status: number
  body?: unknown
  /** In place of a body in JSON. */
  exposition?: Exposition
}

/** As the real server shows its message. */
const PING = { msgTypeId: 1, label: 'Http-TextMessage', text: 'Ping request successfully handled' }
const NOT_FOUND: Answer = { status: 404 }
const found = (body: unknown): Answer => ({ status: 200, body })

const info = ({ secure }: HttpDeps) => ({
  esVersion: FILE_VERSION,
  state: 'leader',
  features: { projections: true, userManagement: secure, atomPub: false },
  authentication: { type: secure ? 'internal' : 'insecure', properties: null },
})

function gossip({ member, newest }: HttpDeps) {
  const { instanceId, host, port, priority } = member()
  const checkpoint = newest()
  return {
    members: [
      {
        instanceId,
        timeStamp: new Date(unixTime()).toISOString(),
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
        nodePriority: priority,
        isReadOnlyReplica: false,
        esVersion: FILE_VERSION,
      },
    ],
    serverIp: host,
    serverPort: port,
  }
}

/** `/stats/proc/gc` is one group; `?group=false` all figures in one list. */
function stats(deps: HttpDeps, { pathname, searchParams }: URL): Answer {
  const path = pathname.split('/').filter(Boolean).slice(1)
  const flat = /^\s*false\s*$/i.test(searchParams.get('group') ?? '')
  if (flat) return path.length > 0 ? { status: 400 } : found(deps.stats())
  let group: Grouped | undefined = grouped(deps.stats())
  for (const name of path) {
    const inner: Grouped[string] | undefined = group && Object.hasOwn(group, name) ? group[name] : undefined
    group = typeof inner === 'object' ? inner : undefined
  }
  return group ? found(group) : NOT_FOUND
}

/** Who may ask; on a node without authentication everybody is all of these. */
type Asks = (caller: Principal) => boolean
const anybody: Asks = () => true

interface Endpoint {
  path: RegExp
  allows: Asks
  answer: (deps: HttpDeps, url: URL) => Answer | Promise<Answer>
}

const ENDPOINTS: readonly Endpoint[] = [
  { path: /^\/ping$/, allows: anybody, answer: () => found(PING) },
  { path: /^\/info$/, allows: anybody, answer: (deps) => found(info(deps)) },
  { path: /^\/info\/options$/, allows: isOperator, answer: (deps) => found(nodeOptions(deps.configuration())) },
  { path: /^\/gossip$/, allows: anybody, answer: (deps) => found(gossip(deps)) },
  // No other nodes, and no connections of the old protocol.
  { path: /^\/stats\/(replication|tcp)$/, allows: isSignedIn, answer: () => found([]) },
  { path: /^\/stats(\/|$)/, allows: isSignedIn, answer: stats },
  {
    path: /^\/metrics$/,
    allows: isSignedIn,
    answer: async (deps) => ({ status: 200, exposition: await deps.metrics() }),
  },
]

/** For load balancers, before any credentials. */
function health(deps: HttpDeps, method: string | undefined, pathname: string): Answer {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405 }
  if (pathname !== '/health/live') return NOT_FOUND
  return { status: deps.live() ? 204 : 503 }
}

async function callerOf({ authenticate }: HttpDeps, request: IncomingMessage): Promise<Principal | undefined> {
  try {
    return await authenticate(request.headers.authorization)
  } catch {
    return undefined
  }
}

async function respond(deps: HttpDeps, request: IncomingMessage): Promise<Answer> {
  const { method } = request
  const url = new URL(`http://node${request.url ?? '/'}`)
  if (/^\/health(\/|$)/.test(url.pathname)) return health(deps, method, url.pathname)
  const caller = await callerOf(deps, request)
  if (!caller) return { status: 401 }
  const endpoint = ENDPOINTS.find(({ path }) => path.test(url.pathname))
  if (!endpoint) return NOT_FOUND
  if (method === 'OPTIONS') return { status: 200 }
  if (method !== 'GET') return { status: 405 }
  return endpoint.allows(caller) ? endpoint.answer(deps, url) : { status: 401 }
}

function send(response: ServerResponse, { status, body, exposition }: Answer, secure: boolean): void {
  if (status === 401 && secure) response.setHeader('www-authenticate', 'X-Basic realm="ESDB"')
  if (exposition) response.writeHead(status, { 'content-type': exposition.contentType }).end(exposition.text)
  else if (body === undefined) response.writeHead(status).end()
  else {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    response.end(JSON.stringify(body, undefined, 2))
  }
}

const endpoints =
  (deps: HttpDeps): RequestListener =>
  (request, response) => {
    respond(deps, request).then(
      (answer) => send(response, answer, deps.secure),
      () => send(response, { status: 400 }, deps.secure),
    )
  }

/** What load balancers, clients of old and people with curl ask; connections come from the listener. */
export const createHttpEndpoints = (deps: HttpDeps) => createServer({ requestTimeout: 10_000 }, endpoints(deps))
