import { randomUUID } from 'node:crypto'
import { type Authenticate, basicAuthentication, insecure } from './access/authenticator.ts'
import { newPassword } from './access/passwords.ts'
import { Policy } from './access/policy.ts'
import { usersService } from './access/users-service.ts'
import { Users } from './access/users.ts'
import { type Member, gossip } from './cluster/gossip.ts'
import { serverFeatures } from './cluster/server-features.ts'
import { type GrpcServer, type Routes, createGrpcServer } from './grpc/server.ts'
import { createHttpEndpoints } from './http/endpoints.ts'
import { type Tls, listen } from './http/listener.ts'
import { exposition } from './operations/metrics.ts'
import { monitoring, statistics } from './operations/monitoring.ts'
import { ScavengeRuns } from './operations/scavenge-runs.ts'
import { operationsService } from './operations/service.ts'
import { Groups } from './persistent/groups.ts'
import { persistentService } from './persistent/service.ts'
import { ProjectionActivation, type ProjectionsMode } from './projections/activation.ts'
import { SYSTEM_PROJECTIONS } from './projections/definitions.ts'
import { progressReader } from './projections/progress.ts'
import { projectionsService } from './projections/service.ts'
import { NodeOptionsError, addressFault, checkAddress, checkTls, folderFault } from './opening.ts'
import { type Store, openStore } from './store.ts'
import { streamsService } from './streams/service.ts'
import { unixTime } from './clock.ts'

/** Either `data` or `memory` is needed; everything else has a default. */
export interface NodeOptions {
  /** Folder of the store; created when missing. One node at a time may have it. */
  data?: string
  /** Keeps everything in memory: no folder, nothing left behind. */
  memory?: boolean
  /** TCP port for gRPC and HTTP. 0 or absent: any free one. */
  port?: number
  /** Address to listen on; `127.0.0.1` when absent. */
  host?: string
  /** PEM. With a certificate the node speaks TLS only, wants credentials, and enforces access control lists. */
  tls?: Tls
  /** Passwords for `admin` and `ops` of a secure store: set at every start. Those not given are made up at the first. */
  passwords?: { admin?: string; ops?: string }
  /** Lets a node without TLS listen on an address that others can reach. */
  insecureOnAnyAddress?: boolean
  /** When the system projections run: as soon as one is read (`on-demand`, the default), from the start, or never. */
  projections?: ProjectionsMode
  /** Called when a client (Operations/Shutdown) has shut the node down; it is closed by then. */
  onShutdown?: () => void
}

export interface EventStoreNode extends AsyncDisposable {
  /** For any EventStoreDB client: `esdb://HOST:PORT?tls=false`. */
  connectionString: string
  port: number
  /** The passwords given or made up at the first start of a secure store, undefined later; they are kept nowhere. */
  newPasswords: { admin: string; ops: string } | undefined
  /** Ends the open calls with UNAVAILABLE, finishes the writes that are waiting, lets go of folder and port. */
  close(): Promise<void>
}

/** As EventStoreDB with one node: what listens everywhere is told to clients as this. */
const reachable = (host: string) => (/^(0\.0\.0\.0|::)$/.test(host) ? '127.0.0.1' : host)
const inUrl = (host: string) => (host.includes(':') ? `[${host}]` : host)

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/

function check(options: NodeOptions): void {
  if (!options.memory && !options.data)
    throw new NodeOptionsError('Either `data` (a folder) or `memory: true` is needed.')
  const { host = '127.0.0.1', tls, insecureOnAnyAddress } = options
  if (!tls && !LOOPBACK.test(host) && !insecureOnAnyAddress) {
    throw new NodeOptionsError(
      `Without TLS the node listens on loopback only, and ${host} is not: insecureOnAnyAddress allows it.`,
    )
  }
}

async function firstPasswords(users: Users, { passwords: given = {} }: NodeOptions, { close }: Serving) {
  if (users.initialized) {
    // Who may start a node on a store may read it: a password that was lost, or came with a copy, locks nobody out.
    for (const login of ['admin', 'ops'] as const) if (given[login]) await users.reset(login, given[login])
    return undefined
  }
  const passwords = { admin: given.admin || newPassword(), ops: given.ops || newPassword() }
  try {
    await users.createDefaults(passwords)
  } catch (fault) {
    await close()
    throw fault
  }
  return passwords
}

interface Services {
  groups: Groups
  activation: ProjectionActivation
  scavenges: ScavengeRuns
}

function startServices({ reader, writer, tail, db }: Store, mode: ProjectionsMode, member: Member): Services {
  const progress = progressReader(db)
  const stopped = SYSTEM_PROJECTIONS.filter((projection) => progress(projection).status === 'stopped')
  return {
    groups: new Groups({ reader, writer, tail, now: unixTime }),
    activation: new ProjectionActivation(writer, mode, stopped),
    scavenges: new ScavengeRuns(writer, () => `${member.host}:${member.port}`),
  }
}

interface Assembly {
  store: Store
  services: Services
  /** Absent on a node without authentication. */
  users: Users | undefined
  policy: Policy
  authenticate: Authenticate
  member: Member
  shutdown: () => void
}

function createServer({ store, services, users, policy, authenticate, member, shutdown }: Assembly): GrpcServer {
  const { reader, writer, tail, db } = store
  const { groups, activation, scavenges } = services
  const newest = () => writer.newest
  const routes: Routes = new Map([
    ...streamsService({ reader, writer, tail, policy, projections: activation }),
    ...persistentService({ groups, policy, projections: activation }),
    ...projectionsService({ activation, progress: progressReader(db), newest, policy }),
    ...usersService(users, policy),
    ...operationsService({
      policy,
      scavenges,
      restartPersistent: () => groups.restart(),
      setPriority: (priority) => {
        member.priority = priority
      },
      shutdown,
    }),
    ...monitoring(() => ({ newest: newest(), calls: grpc.openCalls, connections: grpc.connections })),
    ...gossip(() => member),
    ...serverFeatures(() => routes.keys()),
  ])
  const grpc = createGrpcServer(routes, authenticate)
  return grpc
}

function openStoreOf({ memory, data }: NodeOptions): Promise<Store> {
  const folder = memory ? undefined : data
  return openStore(folder).catch((fault: unknown) => {
    throw folder === undefined ? fault : folderFault(fault, folder)
  })
}

type Serving = Pick<EventStoreNode, 'port' | 'close'>

async function serve(store: Store, users: Users, options: NodeOptions): Promise<Serving> {
  const { host = '127.0.0.1', port = 0, tls } = options
  const member: Member = { instanceId: randomUUID(), host: reachable(host), port, priority: 0 }
  const services = startServices(store, options.projections ?? 'on-demand', member)
  const authenticate = tls ? basicAuthentication(users) : insecure
  const grpc = createServer({
    store,
    services,
    users: tls && users,
    policy: new Policy(store.reader, tls !== undefined),
    authenticate,
    member,
    shutdown: () => void close().then(() => options.onShutdown?.()),
  })
  const figures = () => ({ newest: store.writer.newest, calls: grpc.openCalls, connections: grpc.connections })
  const http = createHttpEndpoints({
    member: () => member,
    newest: () => figures().newest,
    secure: tls !== undefined,
    configuration: () => ({
      secure: tls !== undefined,
      memory: options.memory === true,
      projections: options.projections !== 'none',
      host,
      port: member.port,
    }),
    authenticate,
    live: () => store.writer.alive,
    stats: () => statistics(figures()),
    metrics: exposition(figures),
  })
  const listener = await listen({ host, port, grpc, http, tls }).catch((fault: unknown) => {
    throw addressFault(fault, host, port)
  })
  member.port = listener.port

  let closing: Promise<void> | undefined
  const close = () =>
    (closing ??= (async () => {
      services.groups.close()
      services.activation.close()
      services.scavenges.close()
      await grpc.close()
      await listener.close()
      await store.close()
    })())
  return { port: listener.port, close }
}

/**
 * Starts a node that speaks EventStoreDB's gRPC protocol, and resolves when it takes calls; in memory that takes
 * milliseconds. What it answers is what EventStoreDB 23.10 answers (the package's README names what is left out).
 *
 * Throws, and leaves the store as it was: {@link NodeOptionsError} for options that make no sense together,
 * {@link NodeStartError} when folder, address or certificate cannot be used, `StoreLockedError` when another node has
 * the folder, `StoreVersionError` (by name) when a newer version wrote it, `CorruptStoreError` (by name) when it is
 * damaged or no store at all.
 */
export async function startEventStoreNode(options: NodeOptions): Promise<EventStoreNode> {
  check(options)
  const { host = '127.0.0.1', port = 0, tls } = options
  if (tls) checkTls(tls)
  if (port > 0 || options.host !== undefined) await checkAddress(host, port)
  const store = await openStoreOf(options)
  const users = new Users(store.reader, store.writer)
  const serving = await serve(store, users, options).catch(async (fault: unknown) => {
    await store.close()
    throw fault
  })
  // Only now: passwords that were made up must come back to whoever started us.
  const newPasswords = tls ? await firstPasswords(users, options, serving) : undefined
  return {
    ...serving,
    connectionString: `esdb://${inUrl(reachable(host))}:${serving.port}?tls=${tls !== undefined}`,
    newPasswords,
    [Symbol.asyncDispose]: serving.close,
  }
}
