import type { BudgetEvent, BudgetRejection } from '@mosaic/contracts/budget'
import type { Result } from '@mosaic/contracts/kernel'
import {
  type CommandContext,
  type EventStore,
  handle,
  type Handled,
  load,
  type Loaded,
  type Refusal,
} from '@mosaic/event-store'
import { aggregates } from '../aggregates.ts'
import type { Budget, BudgetCommand } from '../domain/budget/budget.ts'

export type BudgetHandled = Result<Handled<Budget, BudgetEvent>, Refusal<BudgetRejection>>

const isOfCall = ({ type }: BudgetCommand) => type === 'ReserveBudget' || type === 'SettleBudget'

/** More budgets than this are seldom spent from at once; one that is not kept is read from its beginning. */
const mostKept = 1000

/**
 * Decides about budgets, in front of `handle`: many agents spend from one at once, and each call adds two facts. Commands
 * to one budget are carried out one after the other, and only what is new of its stream is read: everything that another
 * coordinator has written. @throws StoreUnavailableError
 */
export class BudgetLedger {
  readonly #store: EventStore
  readonly #kept = new Map<string, Loaded<Budget>>()
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(store: EventStore) {
    this.#store = store
  }

  execute(id: string, command: BudgetCommand, context: CommandContext): Promise<BudgetHandled> {
    return this.#inTurn(id, async () => {
      const streamId = aggregates.budget.streamOf(id)
      const reading = { aggregate: aggregates.budget, streamId }
      const loaded = await load(this.#store, { ...reading, from: this.#kept.get(id) })
      this.#keep(id, loaded)
      // The same command again, by its id, is found only by who reads all; of calls their own ids tell.
      const from = isOfCall(command) ? loaded : undefined
      const handled = await handle(this.#store, { ...reading, command, context, from })
      if (handled.ok) this.#keep(id, { ...loaded, ...handled.value })
      return handled
    })
  }

  /** The one that was used last is forgotten last. */
  #keep(id: string, { state, revision, position, unreadable }: Loaded<Budget>): void {
    this.#kept.delete(id)
    this.#kept.set(id, { state, revision, position, unreadable })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest)
  }

  #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(work, work)
    const over = turn
      .catch(() => undefined)
      .finally(() => {
        if (this.#turns.get(id) === over) this.#turns.delete(id)
      })
    this.#turns.set(id, over)
    return turn
  }
}
