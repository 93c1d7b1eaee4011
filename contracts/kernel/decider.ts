import type { Rejection, Result } from './result.ts'

/** A fact before it is stored: its type and its data. */
export type DomainEvent<Type extends string = string, Data = unknown> = { readonly type: Type; readonly data: Data }

/**
 * The pure core of an aggregate: no clock, no ids, no I/O. `decide` answers the facts that a command brings about
 * (none at all when it has been carried out already) or why it is refused; `evolve` folds one fact into the state.
 */
export type Decider<State, Command, Event extends DomainEvent, Code extends string> = {
  readonly initialState: State
  decide(command: Command, state: State): Result<readonly Event[], Rejection<Code>>
  evolve(state: State, event: Event): State
}
