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
import { monitoring, statistics } from './operations/monitoring.ts'
import { ScavengeRuns } from './operations/scavenge-runs.ts'
import { operationsService } from './operations/service.ts'
import { Groups } from './persistent/groups.ts'
import { persistentService } from './persistent/service.ts'
import { ProjectionActivation, type ProjectionsMode } from './projections/activation.ts'
import { SYSTEM_PROJECTIONS } from './projections/definitions.ts'
import { progressReader } from './projections/progress.ts'
import { projectionsService } from './projections/service.ts'
import { type Store, openStore } from './store.ts'
import { streamsService } from './streams/service.ts'

export interface NodeOptions {
  /** Folder of the store; created when missing. */
  data?: string
  /** Keeps everything in memory: no folder, nothing left behind. */
  memory?: boolean
  /** 0 or absent: any free port. */
  port?: number
  host?: string
  /** With a certificate the node speaks TLS only and wants credentials. */
  tls?: Tls
  /** Passwords for `admin` and `ops` when a secure store is started for the first time; otherwise made up. */
  passwords?: { admin?: string; ops?: string }
  /** Lets a node without TLS listen on an address that others can reach. */
  insecureOnAnyAddress?: boolean
  /** When the system projections run: as soon as one is read (the default), from the start, or never. */
  projections?: ProjectionsMode
  /** Called when a client shuts the node down. */
  onShutdown?: () => void
}

export interface EventStoreNode extends AsyncDisposable {
  /** For any EventStoreDB client. */
  connectionString: string
  port: number
  /** The passwords made up at the first start of a secure store; they are shown nowhere else. */
  newPasswords: { admin: string; ops: string } | undefined
  /** Finishes the writes that are waiting, then stops. */
  close(): Promise<void>
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/

function check(options: NodeOptions): void {
  if (!options.memory && !options.data) throw new TypeError('Either `data` (a folder) or `memory: true` is needed.')
  const { host = '127.0.0.1', tls, insecureOnAnyAddress } = options
  if (!tls && !LOOPBACK.test(host) && !insecureOnAnyAddress) {
    throw new TypeError(
      `Without TLS the node listens on loopback only, and ${host} is not: insecureOnAnyAddress allows it.`,
    )
  }
}

async function secure(users: Users, options: NodeOptions) {
  if (users.initialized) return undefined
  const passwords = { admin: options.passwords?.admin ?? newPassword(), ops: options.passwords?.ops ?? newPassword() }
  await users.createDefaults(passwords)
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
    groups: new Groups({ reader, writer, tail, now: Date.now }),
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

/** Starts a node that speaks EventStoreDB's gRPC protocol. */
export async function startEventStoreNode(options: NodeOptions): Promise<EventStoreNode> {
  check(options)
  const { host = '127.0.0.1', tls } = options
  const store = await openStore(options.memory ? undefined : options.data)
  const users = new Users(store.reader, store.writer)
  const newPasswords = tls ? await secure(users, options) : undefined
  const member: Member = { instanceId: randomUUID(), host, port: 0, priority: 0 }
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
  const newest = () => store.writer.newest
  const http = createHttpEndpoints({
    member: () => member,
    newest,
    secure: tls !== undefined,
    authenticate,
    live: () => store.writer.alive,
    stats: () => statistics({ newest: newest(), calls: grpc.openCalls, connections: grpc.connections }),
  })
  const listener = await listen({ host, port: options.port ?? 0, grpc, http, tls }).catch(async (fault: unknown) => {
    await store.close()
    throw fault
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
  return {
    connectionString: `esdb://${host}:${listener.port}?tls=${tls !== undefined}`,
    port: listener.port,
    newPasswords,
    close,
    [Symbol.asyncDispose]: close,
  }
}
