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
import { modelMind } from './model-mind.ts'
import { planAgain, planChild, planSpawn } from './plan-spawn.ts'
import { pushWork } from './push-work.ts'
import { SessionRunner } from './session-runner.ts'
import { sweepWorktrees } from './sweep-worktrees.ts'
import { worktreesLeft } from './worktrees-left.ts'

export { modelTable, type ModelTable } from './model/model-table.ts'
export { configuredModels, type Models } from './model/models.ts'
export { isInterrupted } from '../claimed-run.ts'
export { isLimited } from './budget/may-call.ts'
export { worktreeAsked } from './asked.ts'
export { LiveFrames } from './model/live-frames.ts'
export type { Mind } from './mind.ts'
export { nudge } from './nudge.ts'
export { checkRepository, type PlanDeps } from './plan-spawn.ts'
export { approverOf } from './quality.ts'
export type { Run } from './run.ts'
export { SessionFailure } from './session-failure.ts'
export { trailersOf } from './trailers.ts'
export { unlessHalted } from './unless-halted.ts'
export type { Surroundings, Where } from './system-prompt.ts'
export type { ModelAddress } from './model/address.ts'
export type { Tokens } from './model/contract.ts'
export { makerOf } from './model/server-of.ts'
export { tryModel } from './model/try-model.ts'

/** What every runtime is made from whose sessions work in a worktree of ours: turns and locks are the same for all of them. */
export type Grounds = Omit<RunnerDeps, 'mindOf'>

export function groundsOf({ config, messaging, models, workshop, environment, ...parts }: RuntimeParts): Grounds {
  const { git, sandboxes, chooseSandbox } = workshop
  return {
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
}

/** What becomes of the work of sessions in a worktree of ours, whoever thinks for them. */
export const inWorktrees = ({ git, logger }: Grounds) => ({
  branches: git.branches,
  worktreesLeft: worktreesLeft({ git, logger }),
  pushWork: ((session, rules) => pushWork(git, session, rules)) satisfies Runtime['pushWork'],
})

/** Runs sessions in a worktree of ours with that mind. */
export const runnerWith = (grounds: Grounds, mindOf: RunnerDeps['mindOf']): Runtime['run'] => {
  const deps: RunnerDeps = { ...grounds, mindOf }
  return (journal, { pickedUp }) => new SessionRunner(journal, deps, pickedUp)
}

/** Our own loop over a model, with tools that act in our own sandbox on a worktree of ours. */
export function createInternalRuntime({ models, ...parts }: RuntimeParts, grounds: Grounds): Runtime {
  const { git, chooseSandbox, logger } = grounds
  const planning = { git, models, chooseSandbox, modelTable: parts.modelTable }
  return {
    kind: 'internal',
    ...inWorktrees(grounds),
    plan: (request) => planSpawn(planning, request),
    planChild: (parent, request) => planChild(planning, parent, request),
    planAgain: (earlier, request) => planAgain(planning, earlier, request),
    start() {
      // The first look at what there is takes a while; the first agent need not wait for it.
      chooseSandbox().catch((error: unknown) => logger.error({ err: error }, 'no sandbox could be looked for'))
      return sweepWorktrees({ git, logger })
    },
    run: runnerWith(grounds, modelMind),
  }
}
