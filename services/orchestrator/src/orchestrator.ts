import { join } from 'node:path'
import { type Clock, newId, systemClock } from '@mosaic/contracts/kernel'
import { type EventStore, uuidv5 } from '@mosaic/event-store'
import type { Messaging } from '@mosaic/messaging'
import { createRedactor, secretsIn } from '@mosaic/redaction'
import { type Logger, packageVersion } from '@mosaic/runtime'
import type { RunnerDeps } from './runtimes/internal/deps.ts'
import { modelTable } from './runtimes/internal/model/model-table.ts'
import { createModels } from './runtimes/internal/model/models.ts'
import { createRuntimes } from './runtimes/index.ts'
import { createApp } from './app.ts'
import { type Commands, createCommands } from './commands.ts'
import { type Configuration, quotaOf } from './configuration.ts'
import type { FeatureDeps } from './features/deps.ts'
import { Admission } from './features/spawn-agent/admission.ts'
import { spawnChild } from './features/spawn-agent/spawn-child.ts'
import { createGitWorkspace } from './git/index.ts'
import { Owners } from './ownership/owners.ts'
import { persistently } from './persistently.ts'
import { begin, beginReactions, checkpointsOf, Follower, knownWorkspaces } from './reactions/index.ts'
import { confinement, diskTrouble, providerChooser, sandboxProviders } from './sandbox/index.ts'
import { Sessions } from './sessions/sessions.ts'

type Engines = { readonly store: EventStore; readonly messaging: Messaging; readonly logger: Logger }

/** Puts the orchestrator together on its engines and starts it. `failed` rejects when it can not go on. */
export async function startOrchestrator(config: Configuration, { store, messaging, logger }: Engines) {
  const workspaceId = config.MOSAIC_WORKSPACE_ID
  const owners = new Owners({ ownerId: newId(), folder: join(config.MOSAIC_DATA_DIR, 'owners'), messaging })
  const clock = systemClock
  const killsFolder = join(config.MOSAIC_DATA_DIR, 'kills')
  const sessions = new Sessions({ store, owners, clock, logger, killsFolder })
  const workspaces = begin(knownWorkspaces)
  const commands = createCommands(store, sessions.journals)
  const reactions = beginReactions()
  const folds = [workspaces, ...Object.values(reactions)]
  const checkpoints = checkpointsOf({ store, messaging, logger }, config.MOSAIC_INSTANCE_ID, [sessions.kept, ...folds])
  const follower = new Follower({ store, commands, checkpoints, clock, logger }, { participant: sessions, folds })
  const models = createModels({
    scriptedUrl: config.MOSAIC_SCRIPTED_MODEL_URL,
    scriptedKey: config.MOSAIC_SERVICE_TOKEN,
    anthropicKey: config.ANTHROPIC_API_KEY,
    anthropicUrl: config.ANTHROPIC_BASE_URL,
    defaultModel: config.MOSAIC_MODEL,
    limits: {
      maximumTokens: config.MOSAIC_MODEL_MAX_TOKENS,
      firstByteMs: config.MOSAIC_MODEL_FIRST_BYTE_SECONDS * 1000,
      silenceMs: config.MOSAIC_MODEL_SILENCE_SECONDS * 1000,
      answerMs: config.MOSAIC_MODEL_ANSWER_SECONDS * 1000,
    },
  })
  const sandboxes = sandboxProviders({ agentUid: config.MOSAIC_AGENT_UID, quota: quotaOf(config) })
  const git = createGitWorkspace({
    root: join(config.MOSAIC_DATA_DIR, 'git'),
    home: config.HOME,
    confine: confinement(sandboxes),
    originHooks: config.MOSAIC_GIT_ORIGIN_HOOKS,
    ...(config.SUDO_UID !== undefined && { sudoUid: config.SUDO_UID }),
    ...(config.SSH_AUTH_SOCK && { sshAuthSock: config.SSH_AUTH_SOCK }),
  })
  if (config.MOSAIC_GIT_ORIGIN_HOOKS === 'own') {
    logger.warn('hooks of local repositories of this user run after a push, outside of any sandbox')
  }
  const chooseSandbox = providerChooser(sandboxes, config.MOSAIC_SANDBOX)
  const features: FeatureDeps = {
    store,
    commands,
    admission: new Admission(store),
    clock,
    sessions,
    models,
    git,
    chooseSandbox,
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
    diskTrouble: () => diskTrouble(config.MOSAIC_DATA_DIR, quotaOf(config)),
  })
  const runnerDeps: RunnerDeps = {
    git,
    chooseSandbox,
    sandboxes,
    modelOf: models.of,
    modelTable: modelTable(),
    publishLive: (workspace, frame) => messaging.publishLive(workspace, frame),
    spawnChild: (request) => spawnChild(features, request),
    roster: sessions.roster,
    clock,
    logger,
    redactor: createRedactor(secretsIn(config)),
    limits: {
      sessionMs: config.MOSAIC_SESSION_HOURS * 3_600_000,
      exitMs: 5000,
      patienceMs: config.MOSAIC_MODEL_PATIENCE_SECONDS * 1000,
      unreachableMs: config.MOSAIC_MODEL_UNREACHABLE_SECONDS * 1000,
    },
  }
  // The first look at what there is takes a while; the first agent need not wait for it.
  chooseSandbox().catch((error: unknown) => logger.error({ err: error }, 'no sandbox could be looked for'))
  const url = await app.listen({ host: config.MOSAIC_HOST, port: config.MOSAIC_PORT })
  const stopping = new AbortController()
  await sessions.start({ runtimes: createRuntimes(runnerDeps), git })
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
