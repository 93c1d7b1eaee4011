import { capabilitiesOf } from '@mosaic/contracts/agent-provider'
import type { Runtime } from '../contract.ts'
import type { RunnerDeps } from './deps.ts'
import { SessionRunner } from './session-runner.ts'

/** Our own loop over a model, with tools that act in our own sandbox. */
export const createInternalRuntime = (deps: RunnerDeps): Runtime => ({
  kind: 'internal',
  capabilities: capabilitiesOf.internal,
  run: (journal, { pickedUp }) => new SessionRunner(journal, deps, pickedUp),
})
