import { join } from 'node:path'
import { type Clock, newId, systemClock } from '@mosaic/contracts/kernel'
import { type EventStore, persistently, uuidv5 } from '@mosaic/event-store'
import { createUpstream } from '@mosaic/http'
import type { Messaging } from '@mosaic/messaging'
import { begin, Follower, knownWorkspaces, valueAt } from '@mosaic/reactions'
import { Outgoing } from '@mosaic/outgoing'
import type { Redactor } from '@mosaic/redaction'
import { type Logger, packageVersion } from '@mosaic/runtime'
import { createApp } from './app.ts'
import { Approvals } from './approvals/index.ts'
import { KnownBudgets, Lineage, Reservations } from './budgets/index.ts'
import { CodeHosts } from './code-hosts/index.ts'
import { configuredGateways, KnownProviders } from './agent-providers/index.ts'
import { type Commands, createCommands } from './commands.ts'
import { agesOf, type Configuration, limitsOf, quotaOf } from './configuration.ts'
import { credentialsOf } from './credentials.ts'
import { adoptAgent } from './features/adopt-agent/adopt.ts'
import { pruneMerged } from './features/agent-work/prune.ts'
import type { FeatureDeps } from './features/deps.ts'
import { Admission } from './features/spawn-agent/admission.ts'
import { spawnChild } from './features/spawn-agent/spawn-child.ts'
import { type Asked, Candidates, coordinatorAsked, whoSaid } from './gates/index.ts'
import { takeUpKills } from './features/fleet/take-up.ts'
import { strikesHeard } from './features/fleet/hear-strikes.ts'
import { DiskReserve } from './killer/disk-reserve.ts'
import { InHand } from './killer/in-hand.ts'
import { KillLedger } from './killer/kill-ledger.ts'
import { Killer } from './killer/killer.ts'
import { createLandings } from './landing/index.ts'
import { ModelProviders } from './model-providers.ts'
import { Owners } from './ownership/owners.ts'
import { beginReactions, checkpointsOf, following } from './reactions/index.ts'
import { beginAttempt } from './queue/begin-attempt.ts'
import { QueueConsumer } from './queue/consumer.ts'
import { identityOf } from './worker/identity.ts'
import { Parcels } from './worker/parcels.ts'
import { presenceOf, sayPresence } from './worker/presence.ts'
import { removal } from './worker/removal.ts'
import { environmentForWorkers } from './worker/settings.ts'
import { workersAway } from './worker/standing.ts'
import { createRepositories } from './repositories/index.ts'
import { Precedence } from './precedence.ts'
import {
  configuredModels,
  createRuntimes,
  installedAgents,
  modelTable,
  type Runtime,
  type RuntimeParts,
} from './runtimes/index.ts'
import { Retention, sweepNowAndThen } from './retention/index.ts'
import { diskTrouble, dockerEngineOf } from './sandbox/index.ts'
import { measureSessions } from './sessions/measure-sessions.ts'
import { Sessions } from './sessions/sessions.ts'
import { createWorkshop } from './workshop.ts'

/** Which runtimes it has. */
export type RuntimesOf = (parts: RuntimeParts) => readonly Runtime[]

type Engines = {
  readonly store: EventStore
  readonly messaging: Messaging
  /** What the store covers secrets with, and so what is covered before it comes there. */
  readonly redactor: Redactor
  readonly logger: Logger
  /** Of this process: settings of repositories pass variables of it on, by name. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Puts the orchestrator together on its engines and starts it. `failed` rejects when it can not go on. */
export async function startOrchestrator(
  config: Configuration,
  { store, messaging, redactor, logger, environment }: Engines,
  runtimesOf: RuntimesOf,
) {
  const workspaceId = config.MOSAIC_WORKSPACE_ID
  const owners = new Owners({ ownerId: newId(), folder: join(config.MOSAIC_DATA_DIR, 'owners'), messaging })
  const clock = systemClock
  const ledger = new KillLedger(join(config.MOSAIC_DATA_DIR, 'kills'))
  const reserve = new DiskReserve(config.MOSAIC_DATA_DIR)
  const killer = killerOf(config, { ownerId: owners.ownerId, environment, logger })
  const { alive } = killer
  const inHand = new InHand()
  const identity = identityOf(config)
  const away = begin(workersAway)
  const isOpen = () => !(identity.workerId in away.state)
  const sessions = new Sessions({
    store,
    owners,
    clock,
    logger,
    ledger,
    reserve,
    alive,
    most: config.MOSAIC_LIMIT_INSTANCE,
    here: { slots: identity.slots, labels: identity.labels, isOpen },
  })
  measureSessions(sessions)
  const workspaces = begin(knownWorkspaces)
  const commands = createCommands(store, sessions.journals)
  const reactions = beginReactions()
  const knownBudgets = new KnownBudgets()
  const knownProviders = new KnownProviders()
  const folds = [workspaces, away, knownBudgets, knownProviders, ...Object.values(reactions)]
  const checkpoints = checkpointsOf({ store, messaging, logger }, config.MOSAIC_INSTANCE_ID, [sessions.kept, ...folds])
  const follower = new Follower(
    { ...following, store, commands, checkpoints, clock, logger },
    { participant: sessions, folds },
  )
  const workshop = createWorkshop(config, logger)
  const repositories = createRepositories({ store, workshop, home: config.HOME })
  const credentials = credentialsOf(config)
  const gateways = configuredGateways('openclaw', {
    known: knownProviders,
    envelope: credentials,
    commands: () => commands,
    caughtUp: () => follower.caughtUp,
    clock,
    logger,
  })
  const outgoing = new Outgoing({
    networks: config.MOSAIC_PROVIDER_NETWORKS ?? noNetworks,
    variable: 'MOSAIC_PROVIDER_NETWORKS',
  })
  const modelProviders = new ModelProviders(config, credentials)
  const models = configuredModels(config, modelProviders, () => owners.living)
  const table = modelTable(
    config.MOSAIC_MODEL_FACTS,
    (name) => modelProviders.find(name),
    config.MOSAIC_MODEL_MAX_TOKENS,
  )
  const agents = installedAgents(config, { environment, clock })
  const candidates = new Candidates()
  const spawns = new Precedence()
  const coordinator = coordinatorOf(config)
  let ownUrl: string | undefined
  const quality = {
    isYolo: config.YOLO_MODE,
    whoSaid: (session: Asked) => whoSaid(store, session),
    ask: coordinatorAsked(coordinator, config.MOSAIC_GATES_PATIENCE_SECONDS * 1000),
    candidates,
    worker: () => config.MOSAIC_ORCHESTRATOR_URL ?? ownUrl,
  }
  const stopping = new AbortController()
  const parts = { config, workshop, repositories, environment, redactor, quality, logger }
  const runtimes = createRuntimes(
    runtimesOf({
      ...parts,
      messaging,
      parcels: new Parcels(messaging),
      areOthers: () => owners.living > 1,
      agents,
      models,
      modelTable: table,
      spawns,
      approvals: new Approvals(store, config.MOSAIC_SERVICE_TOKEN),
      budgets: new Reservations({
        known: knownBudgets,
        lineage: new Lineage(store),
        coordinator,
        past: (position, signal) => follower.past(position, signal),
      }),
      roster: sessions.roster,
      gateways,
      outgoing,
      adopt: (adoption) => adoptAgent(features, adoption),
      stopping: stopping.signal,
      spawnChild: (request) => spawnChild(features, request),
      whileWaiting: (sessionId, work) => sessions.whileWaiting(sessionId, work),
      struck: {
        lookFor: (sessionId) => {
          if (sessions.isStruck(sessionId)) takeUpKills(features)
        },
        seen: (sessionId) => ledger.seen(sessionId),
        forget: (sessionId) => ledger.forgetSeen(sessionId),
      },
      clock,
    }),
  )
  const retention = new Retention({
    stored: workshop.git.stored,
    sessions,
    pruneBranch: (sessionId, ofWorkspace, dryRun) => {
      const actor = { kind: 'system', id: 'retention' } as const
      const of = { commandId: newId(), workspaceId: ofWorkspace, actor, occurredAt: clock.now() }
      const caller = { ...of, operatorName: 'retention', repeated: false }
      return pruneMerged(features, { sessionId, dryRun }, caller)
    },
    clock,
    logger,
  })
  const features: FeatureDeps = {
    store,
    commands,
    admission: new Admission({
      store,
      roster: sessions.roster,
      find: (sessionId) => sessions.find(sessionId),
      places: sessions.places,
      limits: limitsOf(config),
      spawns,
      workerId: owners.ownerId,
      caughtUp: () => follower.caughtUp,
    }),
    places: sessions.places,
    coordinator,
    clock,
    sessions,
    leaveToUs(commandId) {
      inHand.add(commandId)
      killer.leaveToUs(commandId)
    },
    tellOthers: messaging.publishStrike,
    runtimes,
    redactor,
    repositories,
    credentials,
    gateways,
    outgoing,
    modelProviders,
    agents,
    codeHosts: new CodeHosts(credentials),
    models,
    modelTable: table,
    candidates,
    landings: createLandings(parts, stopping.signal),
    instanceId: config.MOSAIC_INSTANCE_ID,
    workspaceId,
    caughtUp: () => follower.caughtUp,
    retention,
    killAlls: {
      isComplete: (id, requestedAt) => follower.isPast(requestedAt) && !(id in reactions.killAll.state.open),
    },
    // Its own workspace is there from the start, even while the event store is not.
    isWorkspace: (id) => id === workspaceId || workspaces.state.includes(id),
    isDispatched: (taskId) => valueAt(reactions.endAttempts.state.dispatched, taskId) === true,
  }
  const consumer = consumerOf({ features, messaging, caughtUp: () => follower.caughtUp, logger })
  const app = await createApp({
    ...features,
    logger,
    version: packageVersion(import.meta.url),
    host: config.MOSAIC_HOST,
    serviceToken: config.MOSAIC_SERVICE_TOKEN,
    messagingConnected: () => messaging.connected(),
    following: () => follower.state,
    workshop: () => workshop.view(),
    workerEnvironment: environmentForWorkers(config),
    diskTrouble: () => diskTrouble(config.MOSAIC_DATA_DIR, quotaOf(config)),
  })
  const url = await app.listen({ host: config.MOSAIC_HOST, port: config.MOSAIC_PORT })
  ownUrl = url
  killer.start(() => takeUpKills(features))
  const deafen = messaging.subscribeStrikes(strikesHeard(features, inHand))
  await sessions.start(runtimes)
  follower.start()
  gateways.begin()
  const { signal } = stopping
  const sweeping = sweepNowAndThen(retention, { ages: agesOf(config), ready: follower.caughtUp, logger, signal })
  const reserving = reserve.keepNowAndThen(signal)
  consumer?.start()
  const presence = sayPresence(messaging, () => presenceOf(identity, sessions), signal)
  const removed = removal({
    isRemoved: () => away.state[identity.workerId] === 'removed',
    isEmpty: () => sessions.draining.isEmpty,
    signal,
  })
  removed.catch(() => undefined)
  const created = ensureWorkspace({ commands, clock }, workspaceId, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted) logger.error({ err: error }, 'the workspace could not be created')
  })
  return {
    url,
    failed: Promise.race([follower.failed, removed]),
    async close() {
      stopping.abort()
      deafen()
      await consumer?.stop()
      await Promise.all([app.close(), follower.stop(), sessions.stop(), created, sweeping, reserving, presence])
      // Last: until here nobody else may run what this process is letting go of.
      await owners.stop()
      killer.stop()
    },
  }
}

const noNetworks = { contains: () => false }

const coordinatorOf = ({ MOSAIC_COORDINATOR_URL: url, MOSAIC_SERVICE_TOKEN: token }: Configuration) => {
  const headers = { authorization: `Bearer ${token}` }
  return url === undefined
    ? undefined
    : createUpstream({ name: 'coordinator', url, unavailable: 'COORDINATOR_UNAVAILABLE', headers })
}

/** Every start asks for it; the stream holds it once. */
const ensureWorkspace = (
  { commands, clock }: { commands: Commands; clock: Clock },
  workspaceId: string,
  signal: AbortSignal,
) => {
  const context = {
    commandId: uuidv5(`workspace/${workspaceId}`),
    workspaceId,
    actor: { kind: 'system', id: 'orchestrator' },
    occurredAt: clock.now(),
    correlationId: newId(),
  } as const
  const command = { type: 'CreateWorkspace', workspaceId, name: workspaceId } as const
  return persistently(() => commands.workspace(workspaceId, command, context), signal)
}

const killerOf = (
  config: Configuration,
  { environment, ...of }: Pick<Engines, 'environment' | 'logger'> & { readonly ownerId: string },
) =>
  new Killer({
    ...of,
    killsFolder: join(config.MOSAIC_DATA_DIR, 'kills'),
    killersFolder: join(config.MOSAIC_DATA_DIR, 'killers'),
    host: config.MOSAIC_HOST,
    port: config.MOSAIC_KILLER_PORT,
    serviceToken: config.MOSAIC_SERVICE_TOKEN,
    engine: dockerEngineOf(config),
    natsUrl: config.MOSAIC_NATS_URL,
    compileCache: environment['NODE_COMPILE_CACHE'],
  })

type Work = Pick<Engines, 'messaging' | 'logger'> & { features: FeatureDeps; caughtUp: () => Promise<void> }

/** Without a coordinator there is no queue. */
function consumerOf({ features, ...engines }: Work): QueueConsumer | undefined {
  const { coordinator, places } = features
  if (!coordinator) return undefined
  return new QueueConsumer({ ...engines, places, begin: (item) => beginAttempt({ features, coordinator }, item) })
}
