import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { stuckRulesOf } from '../../configuration.ts'
import { KeyedLock } from '../../git/index.ts'
import { Precedence } from '../../precedence.ts'
import { createProvider } from '../../setup/index.ts'
import type { Runtime } from '../contract.ts'
import type { RuntimeParts } from '../index.ts'
import type { RunnerDeps } from './deps.ts'
import { planAgain, planChild, planSpawn } from './plan-spawn.ts'
import { pushWork } from './push-work.ts'
import { SessionRunner } from './session-runner.ts'
import { sweepWorktrees } from './sweep-worktrees.ts'
import { worktreesLeft } from './worktrees-left.ts'

export { modelTable, type ModelTable } from './model/model-table.ts'
export { configuredModels, type Models } from './model/models.ts'
export { makerOf } from './model/server-of.ts'
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
  const planning = { git, models, chooseSandbox, modelTable: parts.modelTable }
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
    precedence: new Precedence(),
    chooseSandbox,
    sandboxes,
    sandboxTurns: pLimit(availableParallelism()),
    // Agents at work come before what is only kept in case of a loss.
    checkpointTurns: pLimit(Math.ceil(availableParallelism() / 2)),
    modelOf: models.of,
    publishLive: (workspace, frame) => messaging.publishLive(workspace, frame),
    stuck: stuckRulesOf(config),
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
    worktreesLeft: worktreesLeft({ git, logger }),
    plan: (request) => planSpawn(planning, request),
    planChild: (parent, request) => planChild(planning, parent, request),
    pushWork: (session, rules) => pushWork(git, session, rules),
    planAgain: (earlier, request) => planAgain(planning, earlier, request),
    start() {
      // The first look at what there is takes a while; the first agent need not wait for it.
      chooseSandbox().catch((error: unknown) => logger.error({ err: error }, 'no sandbox could be looked for'))
      return sweepWorktrees({ git, logger })
    },
    run: (journal, { pickedUp }) => new SessionRunner(journal, deps, pickedUp),
  }
}
