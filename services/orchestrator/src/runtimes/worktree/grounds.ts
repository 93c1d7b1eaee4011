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
import { pushWork } from './push-work.ts'
import { SessionRunner } from './session-runner.ts'
import { worktreesLeft } from './worktrees-left.ts'

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
