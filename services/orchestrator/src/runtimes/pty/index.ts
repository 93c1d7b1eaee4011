import type { Runtime } from '../contract.ts'
import type { RuntimeParts } from '../index.ts'
import { type Grounds, inWorktrees, runnerWith } from '../worktree/index.ts'
import { planAgain, planChild, planSpawn } from './plan-spawn.ts'
import { PtyMind } from './pty-mind.ts'
import { shownInside } from './shown-inside.ts'

/** Terminals in which people type and programs draw, in our own sandbox on a worktree of ours. */
export function createPtyRuntime({ messaging, config }: RuntimeParts, grounds: Grounds): Runtime {
  const { git, chooseSandbox } = grounds
  const planning = { git, chooseSandbox }
  const folder = () => shownInside(config.MOSAIC_DATA_DIR)
  return {
    kind: 'pty',
    ...inWorktrees(grounds),
    plan: (request) => planSpawn(planning, request),
    planChild: (parent, request) => planChild(planning, parent, request),
    planAgain: (earlier, request) => planAgain(planning, earlier, request),
    // What crashes have left in worktrees is the same for all, and looked for by our own.
    start: async () => async () => undefined,
    run: runnerWith(grounds, (run) => new PtyMind(run, { terminals: messaging.terminals, folder })),
  }
}
