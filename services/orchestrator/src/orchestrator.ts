import { join } from 'node:path'
import { newId } from '@mosaic/contracts/kernel'
import { workspaceEvents, workspaceStream } from '@mosaic/contracts/workspace'
import { type EventStore, handle, uuidv5 } from '@mosaic/event-store'
import type { Messaging } from '@mosaic/messaging'
import { type Logger, packageVersion } from '@mosaic/runtime'
import type { RunnerDeps } from './runtimes/internal/deps.ts'
import { defaultModelLimits } from './runtimes/internal/model/contract.ts'
import { createModels } from './runtimes/internal/model/models.ts'
import { createRuntimes } from './runtimes/index.ts'
import { createApp } from './app.ts'
import type { Configuration } from './configuration.ts'
import { workspace } from './domain/workspace/workspace.ts'
import type { FeatureDeps } from './features/deps.ts'
import { spawnChild } from './features/spawn-agent/spawn-child.ts'
import { createGitWorkspace } from './git/index.ts'
import { Owners } from './ownership/owners.ts'
import { persistently } from './process-manager/persistently.ts'
import { Supervisor } from './process-manager/supervisor.ts'
import { providerChooser, sandboxProviders } from './sandbox/index.ts'

type Engines = { readonly store: EventStore; readonly messaging: Messaging; readonly logger: Logger }

/** Puts the orchestrator together on its engines and starts it. `url` is where it listens. */
export async function startOrchestrator(config: Configuration, { store, messaging, logger }: Engines) {
  const workspaceId = config.MOSAIC_WORKSPACE_ID
  const owners = new Owners({ ownerId: newId(), folder: join(config.MOSAIC_DATA_DIR, 'owners'), messaging })
  const supervisor = new Supervisor(store, owners, logger)
  // Its own workspace is there from the start, even while the event store is not.
  supervisor.workspaces.add(workspaceId)
  const models = createModels({
    scriptedUrl: config.MOSAIC_SCRIPTED_MODEL_URL,
    anthropicKey: config.ANTHROPIC_API_KEY,
    anthropicUrl: config.ANTHROPIC_BASE_URL,
    defaultModel: config.MOSAIC_MODEL,
    limits: {
      ...defaultModelLimits,
      patienceMs: config.MOSAIC_MODEL_PATIENCE_SECONDS * 1000,
      unreachableMs: config.MOSAIC_MODEL_UNREACHABLE_SECONDS * 1000,
    },
  })
  const git = createGitWorkspace({
    root: join(config.MOSAIC_DATA_DIR, 'git'),
    home: config.HOME,
    ...(config.SSH_AUTH_SOCK && { sshAuthSock: config.SSH_AUTH_SOCK }),
  })
  const sandboxes = sandboxProviders()
  const chooseSandbox = providerChooser(sandboxes)
  const features: FeatureDeps = { store, supervisor, models, git, chooseSandbox, workspaceId }
  const app = createApp({
    ...features,
    logger,
    version: packageVersion(import.meta.url),
    host: config.MOSAIC_HOST,
    serviceToken: config.MOSAIC_SERVICE_TOKEN,
    messagingConnected: () => messaging.connected(),
  })
  const runnerDeps: RunnerDeps = {
    git,
    chooseSandbox,
    sandboxes,
    modelOf: models.of,
    publishLive: (workspace, frame) => messaging.publishLive(workspace, frame),
    spawnChild: (request) => spawnChild(features, request),
    roster: supervisor.roster,
    logger,
    secrets: [config.ANTHROPIC_API_KEY, config.MOSAIC_SERVICE_TOKEN].filter((secret) => secret !== undefined),
    limits: {
      sessionMs: config.MOSAIC_SESSION_HOURS * 3_600_000,
      exitMs: 5000,
    },
  }
  // The first look at what there is takes a while; the first agent need not wait for it.
  chooseSandbox().catch((error: unknown) => logger.error({ err: error }, 'no sandbox could be looked for'))
  const url = await app.listen({ host: config.MOSAIC_HOST, port: config.MOSAIC_PORT })
  const stopping = new AbortController()
  await supervisor.start({ runtimes: createRuntimes(runnerDeps), git })
  const created = ensureWorkspace(store, workspaceId, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted) logger.error({ err: error }, 'the workspace could not be created')
  })
  return {
    url,
    async close() {
      stopping.abort()
      await Promise.all([app.close(), supervisor.stop(), created])
    },
  }
}

/** Every start asks for it; the stream holds it once. */
const ensureWorkspace = (store: EventStore, workspaceId: string, signal: AbortSignal) =>
  persistently(
    () =>
      handle(store, {
        aggregate: { decider: workspace, definitions: workspaceEvents },
        streamId: workspaceStream.of(workspaceId),
        command: { type: 'CreateWorkspace', workspaceId, name: workspaceId },
        context: {
          commandId: uuidv5(`workspace/${workspaceId}`),
          workspaceId,
          actor: { kind: 'system', id: 'orchestrator' },
          occurredAt: new Date(),
          correlationId: newId(),
        },
      }),
    signal,
  )
