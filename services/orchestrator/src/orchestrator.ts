import { join } from 'node:path'
import { type Clock, newId, systemClock } from '@mosaic/contracts/kernel'
import { type EventStore, uuidv5 } from '@mosaic/event-store'
import type { Messaging } from '@mosaic/messaging'
import { type Logger, packageVersion } from '@mosaic/runtime'
import { createApp } from './app.ts'
import { type Commands, createCommands } from './commands.ts'
import { type Configuration, limitsOf, quotaOf } from './configuration.ts'
import type { FeatureDeps } from './features/deps.ts'
import { Admission } from './features/spawn-agent/admission.ts'
import { spawnChild } from './features/spawn-agent/spawn-child.ts'
import { ModelProviders } from './model-providers.ts'
import { Owners } from './ownership/owners.ts'
import { persistently } from './persistently.ts'
import { begin, beginReactions, checkpointsOf, Follower, knownWorkspaces } from './reactions/index.ts'
import { createRepositories } from './repositories/index.ts'
import { configuredModels, createRuntimes, modelTable, type Runtime, type RuntimeParts } from './runtimes/index.ts'
import { diskTrouble } from './sandbox/index.ts'
import { Sessions } from './sessions/sessions.ts'
import { createWorkshop } from './workshop.ts'

/** Which runtimes it has. */
export type RuntimesOf = (parts: RuntimeParts) => readonly Runtime[]

type Engines = {
  readonly store: EventStore
  readonly messaging: Messaging
  readonly logger: Logger
  /** Of this process: settings of repositories pass variables of it on, by name. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Puts the orchestrator together on its engines and starts it. `failed` rejects when it can not go on. */
export async function startOrchestrator(
  config: Configuration,
  { store, messaging, logger, environment }: Engines,
  runtimesOf: RuntimesOf,
) {
  const workspaceId = config.MOSAIC_WORKSPACE_ID
  const owners = new Owners({ ownerId: newId(), folder: join(config.MOSAIC_DATA_DIR, 'owners'), messaging })
  const clock = systemClock
  const killsFolder = join(config.MOSAIC_DATA_DIR, 'kills')
  const sessions = new Sessions({ store, owners, clock, logger, killsFolder, most: config.MOSAIC_LIMIT_INSTANCE })
  const workspaces = begin(knownWorkspaces)
  const commands = createCommands(store, sessions.journals)
  const reactions = beginReactions()
  const folds = [workspaces, ...Object.values(reactions)]
  const checkpoints = checkpointsOf({ store, messaging, logger }, config.MOSAIC_INSTANCE_ID, [sessions.kept, ...folds])
  const follower = new Follower({ store, commands, checkpoints, clock, logger }, { participant: sessions, folds })
  const workshop = createWorkshop(config, logger)
  const repositories = createRepositories({ store, workshop, home: config.HOME })
  const modelProviders = new ModelProviders(config)
  const models = configuredModels(config, modelProviders)
  const table = modelTable(config.MOSAIC_MODEL_FACTS, (name) => modelProviders.find(name))
  const runtimes = createRuntimes(
    runtimesOf({
      config,
      workshop,
      repositories,
      environment,
      messaging,
      models,
      modelTable: table,
      roster: sessions.roster,
      spawnChild: (request) => spawnChild(features, request),
      whileWaiting: (sessionId, work) => sessions.whileWaiting(sessionId, work),
      clock,
      logger,
    }),
  )
  const features: FeatureDeps = {
    store,
    commands,
    admission: new Admission({
      store,
      roster: sessions.roster,
      find: (sessionId) => sessions.find(sessionId),
      places: sessions.places,
      limits: limitsOf(config),
      caughtUp: () => follower.caughtUp,
    }),
    places: sessions.places,
    clock,
    sessions,
    runtimes,
    repositories,
    modelProviders,
    models,
    modelTable: table,
    instanceId: config.MOSAIC_INSTANCE_ID,
    workspaceId,
    caughtUp: () => follower.caughtUp,
    killAlls: {
      isComplete: (id, requestedAt) => follower.isPast(requestedAt) && !(id in reactions.killAll.state.open),
    },
    // Its own workspace is there from the start, even while the event store is not.
    isWorkspace: (id) => id === workspaceId || workspaces.state.includes(id),
  }
  const app = createApp({
    ...features,
    logger,
    version: packageVersion(import.meta.url),
    host: config.MOSAIC_HOST,
    serviceToken: config.MOSAIC_SERVICE_TOKEN,
    messagingConnected: () => messaging.connected(),
    following: () => follower.state,
    workshop: () => workshop.view(),
    diskTrouble: () => diskTrouble(config.MOSAIC_DATA_DIR, quotaOf(config)),
  })
  const url = await app.listen({ host: config.MOSAIC_HOST, port: config.MOSAIC_PORT })
  const stopping = new AbortController()
  await sessions.start(runtimes)
  follower.start()
  const created = ensureWorkspace({ commands, clock }, workspaceId, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted) logger.error({ err: error }, 'the workspace could not be created')
  })
  return {
    url,
    failed: follower.failed,
    async close() {
      stopping.abort()
      await Promise.all([app.close(), follower.stop(), sessions.stop(), created])
      // Last: until here nobody else may run what this process is letting go of.
      await owners.stop()
    },
  }
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
