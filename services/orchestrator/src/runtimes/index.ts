import type { RuntimeKind } from '@mosaic/contracts/agent-session'
import type { Journal } from '../journal/journal.ts'
import type { Runtime } from './contract.ts'
import type { RunnerDeps } from './internal/deps.ts'
import { createInternalRuntime } from './internal/index.ts'

export type { RunningSession, Runtime } from './contract.ts'

export type Runtimes = {
  /** What runs this session: its first fact says so. */
  of(journal: Journal): Runtime
}

export function createRuntimes(deps: RunnerDeps): Runtimes {
  const runtimes: Readonly<Record<RuntimeKind, Runtime>> = { internal: createInternalRuntime(deps) }
  return {
    of({ session, sessionId }) {
      if (session.status === 'none') throw new Error(`nobody has asked for a session ${sessionId}`)
      return runtimes[session.spec.runtime.kind]
    },
  }
}
