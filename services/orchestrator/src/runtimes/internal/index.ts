import { join } from 'node:path'
import { createRedactor, secretsIn } from '@mosaic/redaction'
import { quotaOf } from '../../configuration.ts'
import { createGitWorkspace } from '../../git/index.ts'
import { confinement, providerChooser, sandboxProviders } from '../../sandbox/index.ts'
import type { Runtime } from '../contract.ts'
import type { RuntimeParts } from '../index.ts'
import type { RunnerDeps } from './deps.ts'
import { networkOf } from './network.ts'
import { modelTable } from './model/model-table.ts'
import { configuredModels } from './model/models.ts'
import { planChild, planSpawn } from './plan-spawn.ts'
import { SessionRunner } from './session-runner.ts'
import { sweepWorktrees } from './sweep-worktrees.ts'

/** Our own loop over a model, with tools that act in our own sandbox on a worktree of ours. */
export function createInternalRuntime({ config, messaging, ...parts }: RuntimeParts): Runtime {
  const { logger } = parts
  const models = configuredModels(config)
  const sandboxes = sandboxProviders({
    agentUid: config.MOSAIC_AGENT_UID,
    quota: quotaOf(config),
    ...networkOf(config, logger),
  })
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
  const planning = { git, models, chooseSandbox }
  const deps: RunnerDeps = {
    ...parts,
    git,
    chooseSandbox,
    sandboxes,
    modelOf: models.of,
    modelTable: modelTable(config.MOSAIC_MODEL_FACTS),
    publishLive: (workspace, frame) => messaging.publishLive(workspace, frame),
    redactor: createRedactor(secretsIn(config)),
    limits: {
      sessionMs: config.MOSAIC_SESSION_HOURS * 3_600_000,
      exitMs: 5000,
      patienceMs: config.MOSAIC_MODEL_PATIENCE_SECONDS * 1000,
      unreachableMs: config.MOSAIC_MODEL_UNREACHABLE_SECONDS * 1000,
    },
  }
  return {
    kind: 'internal',
    plan: (request) => planSpawn(planning, request),
    planChild: (parent, request) => planChild(planning, parent, request),
    start() {
      // The first look at what there is takes a while; the first agent need not wait for it.
      chooseSandbox().catch((error: unknown) => logger.error({ err: error }, 'no sandbox could be looked for'))
      return sweepWorktrees({ git, logger })
    },
    run: (journal, { pickedUp }) => new SessionRunner(journal, deps, pickedUp),
  }
}
