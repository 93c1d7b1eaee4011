import type { MosaicEvent } from '@mosaic/contracts/messaging'
import { type Aggregate, type CommandContext, type EventStore, handle } from '@mosaic/event-store'
import { aggregates } from './aggregates.ts'
import { BudgetLedger } from './budgets/ledger.ts'
import type { BudgetCommand } from './domain/budget/budget.ts'

/**
 * The one way in which anything is decided and written. A command whose id its stream holds already changes nothing.
 * @throws StoreUnavailableError: outcome unknown, repeat
 */
export function createCommands(store: EventStore) {
  const on =
    <State, Command extends { readonly type: string }, Event extends MosaicEvent, Code extends string>(
      aggregate: Aggregate<State, Command, Event, Code> & { readonly streamOf: (id: string) => string },
    ) =>
    (id: string, command: Command, context: CommandContext) =>
      handle(store, { aggregate, streamId: aggregate.streamOf(id), command, context })
  const budgets = new BudgetLedger(store)
  return {
    task: on(aggregates.task),
    mission: on(aggregates.mission),
    queue: on(aggregates.queue),
    budget: (id: string, command: BudgetCommand, context: CommandContext) => budgets.execute(id, command, context),
    mergeQueue: on(aggregates.mergeQueue),
    pullRequest: on(aggregates.pullRequest),
    worker: on(aggregates.worker),
  }
}

export type Commands = ReturnType<typeof createCommands>
