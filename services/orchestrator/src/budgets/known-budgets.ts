import { budgetIdOf, type BudgetScope } from '@mosaic/contracts/budget'
import type { LogEvent } from '@mosaic/event-store'
import type { RunningFold } from '@mosaic/reactions'

/** By the budget's id, in which workspace it was set; `null` once it has been removed. */
type State = Readonly<Record<string, string | null>>

/** Which budgets there are: what nobody limits is asked of nobody. */
export class KnownBudgets implements RunningFold<State> {
  readonly name = 'budgets'
  readonly version = 1
  readonly handles = ['BudgetSet', 'BudgetRemoved'] as const
  /** Counts what people have changed: who waits for a budget looks again when it has moved. */
  changes = 0
  #workspaces = new Map<string, string | null>()
  readonly #listeners = new Set<() => void>()

  get state(): State {
    return Object.fromEntries(this.#workspaces)
  }

  restore(state: unknown): void {
    // Name and version vouch for its form: `version` rises with it.
    this.#workspaces = new Map(Object.entries(state as State))
  }

  take({ type, data, metadata }: LogEvent): readonly [] {
    if (type !== 'BudgetSet' && type !== 'BudgetRemoved') return []
    const id = budgetIdOf(data.scope)
    this.#workspaces.set(id, type === 'BudgetSet' ? metadata.workspaceId : null)
    this.changes += 1
    for (const listener of this.#listeners) listener()
    return []
  }

  has(scope: BudgetScope, workspaceId: string): boolean {
    return this.#workspaces.get(budgetIdOf(scope)) === workspaceId
  }

  /** Whether there is one, or was. */
  hasSeen(scope: BudgetScope): boolean {
    return this.#workspaces.has(budgetIdOf(scope))
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
