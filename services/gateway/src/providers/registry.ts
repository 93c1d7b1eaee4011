import type { AgentProvider } from '@mosaic/contracts/agent-provider'
import type { RuntimeKind } from '@mosaic/contracts/agent-session'

/** Through whom sessions are seen and steered; the routes know no other way to a session. */
export type Providers = {
  /** Sessions of every kind: all of them are in the log, so the read models hold them all. */
  readonly listSessions: AgentProvider['listSessions']
  /** Whose a session is. */
  of(sessionId: string): AgentProvider
}

/** @param byKind One per kind of runtime: a kind without one does not compile. */
export function createProviders(byKind: Readonly<Record<RuntimeKind, AgentProvider>>): Providers {
  return {
    listSessions: byKind.internal.listSessions,
    // Everyone's, while there is one kind; whatever tells kinds apart must not stand between a person and the stop.
    of: () => byKind.internal,
  }
}
