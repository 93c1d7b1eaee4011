import { err, ok } from '@mosaic/contracts/kernel'
import { runService } from '@mosaic/runtime'
import type { Runtime } from '../src/runtimes/index.ts'
import { orchestratorService } from '../src/service.ts'

/** Its agents do nothing once they are claimed: what a worker does with a task up to there is all of its own. */
const idle: Runtime = {
  kind: 'internal',
  branches: null,
  worktreesLeft: null,
  plan: async ({ model = 'scripted:hello' }) =>
    ok({ runtime: { kind: 'internal', modelProvider: 'scripted', model, maxTurns: 1 }, workplace: { kind: 'remote' } }),
  planChild: async ({ runtime, workplace }) => ok({ runtime, workplace }),
  planAgain: async () => err({ code: 'CONTROL_NOT_SUPPORTED', message: 'there is nothing to take up' }),
  pushWork: async () => ok({ branch: null, uncommitted: null }),
  start: async () => async () => undefined,
  run() {
    const over = Promise.withResolvers<void>()
    const stop = async () => over.resolve()
    return { done: over.promise, contain: async () => true, park: stop, stop }
  },
}

// As a process of its own, for what is measured of the queue.
await runService(orchestratorService(() => [idle], process.env))
