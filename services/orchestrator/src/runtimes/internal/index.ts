import type { Runtime } from '../contract.ts'
import type { RuntimeParts } from '../index.ts'
import { type Grounds, inWorktrees, runnerWith, sweepWorktrees } from '../worktree/index.ts'
import { modelMind } from './model-mind.ts'
import { planAgain, planChild, planSpawn } from './plan-spawn.ts'

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
