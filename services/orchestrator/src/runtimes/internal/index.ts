import { join } from 'node:path'
import { createRedactor } from '@mosaic/redaction'
import { ownSecrets } from '@mosaic/runtime'
import { KeyedLock } from '../../git/index.ts'
import { createProvider } from '../../setup/index.ts'
import type { Runtime } from '../contract.ts'
import type { RuntimeParts } from '../index.ts'
import type { RunnerDeps } from './deps.ts'
import { planAgain, planChild, planSpawn } from './plan-spawn.ts'
import { pushWork } from './push-work.ts'
import { SessionRunner } from './session-runner.ts'
import { sweepWorktrees } from './sweep-worktrees.ts'

export { modelTable, type ModelTable } from './model/model-table.ts'
export { configuredModels, type Models } from './model/models.ts'
export { tryModel } from './model/try-model.ts'

/** Our own loop over a model, with tools that act in our own sandbox on a worktree of ours. */
export function createInternalRuntime({
  config,
  messaging,
  models,
  workshop,
  environment,
  ...parts
}: RuntimeParts): Runtime {
  const { logger } = parts
  const { git, sandboxes, chooseSandbox } = workshop
  const planning = { git, models, chooseSandbox }
  const deps: RunnerDeps = {
    ...parts,
    git,
    provide: createProvider({
      workshop,
      root: join(config.MOSAIC_DATA_DIR, 'setup'),
      home: config.HOME,
      environment,
    }),
    setupLocks: new KeyedLock(),
    chooseSandbox,
    sandboxes,
    modelOf: models.of,
    publishLive: (workspace, frame) => messaging.publishLive(workspace, frame),
    redactor: createRedactor(ownSecrets),
    limits: {
      sessionMs: config.MOSAIC_SESSION_HOURS * 3_600_000,
      exitMs: 5000,
      patienceMs: config.MOSAIC_MODEL_PATIENCE_SECONDS * 1000,
      unreachableMs: config.MOSAIC_MODEL_UNREACHABLE_SECONDS * 1000,
    },
  }
  return {
    kind: 'internal',
    branches: git.branches,
    plan: (request) => planSpawn(planning, request),
    planChild: (parent, request) => planChild(planning, parent, request),
    pushWork: (session) => pushWork(git, session),
    planAgain: (earlier, request) => planAgain(planning, earlier, request),
    start() {
      // The first look at what there is takes a while; the first agent need not wait for it.
      chooseSandbox().catch((error: unknown) => logger.error({ err: error }, 'no sandbox could be looked for'))
      return sweepWorktrees({ git, logger })
    },
    run: (journal, { pickedUp }) => new SessionRunner(journal, deps, pickedUp),
  }
}
