import type { MosaicEvent } from '@mosaic/contracts/messaging'
import { type CommandContext, type EventStore, handle } from '@mosaic/event-store'
import { aggregates, type RunAggregate } from './aggregates.ts'
import type { Command } from './domain/agent-session/index.ts'
import type { Journals } from './journal/journals.ts'

/**
 * The one way in which anything is decided and written: `handle`, and for sessions the journal in front of it. A
 * command whose id its stream holds already changes nothing. @throws StoreUnavailableError: outcome unknown, repeat
 */
export function createCommands(store: EventStore, journals: Journals) {
  const on =
    <State, Command extends { readonly type: string }, Event extends MosaicEvent, Code extends string>(
      aggregate: RunAggregate<State, Command, Event, Code>,
    ) =>
    (id: string, command: Command, context: CommandContext) =>
      handle(store, { aggregate, streamId: aggregate.streamOf(id), command, context })
  return {
    agentSession: (id: string, command: Command, context: CommandContext) =>
      journals.use(id, (journal) => journal.execute(command, context)),
    agentProviders: on(aggregates.agentProviders),
    fleet: on(aggregates.fleet),
    repository: on(aggregates.repository),
    secretRules: on(aggregates.secretRules),
    approvalPolicy: on(aggregates.approvalPolicy),
    workspace: on(aggregates.workspace),
  }
}

export type Commands = ReturnType<typeof createCommands>
