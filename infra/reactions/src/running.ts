import type { LogEvent } from '@mosaic/event-store'
import type { AnyCommand, EventOf, Fold, Reaction } from './reaction.ts'

/** What is kept in the checkpoint. */
export type Kept<State = unknown> = {
  readonly name: string
  /** Of what is kept: a number, or several where it follows from the versions of views. */
  readonly version: number | string
  /** The types of event that it has to hear. */
  readonly handles: readonly LogEvent['type'][]
  /** Plain JSON. */
  readonly state: State
  /** Goes on from a state that one of this name and version has kept. */
  restore(state: unknown): void
}

/** A fold at work. */
export type RunningFold<State = unknown, Command extends AnyCommand = AnyCommand> = Kept<State> & {
  /** Takes an event in; one of another type changes nothing. Answers the commands that follow from it. */
  take(event: LogEvent): readonly Command[]
}

/** A fold, or a reaction, at the beginning of the log. */
export function begin<State, Type extends LogEvent['type'], Command extends AnyCommand = never>(
  fold: Fold<State, Type> | Reaction<State, Type, Command>,
): RunningFold<State, Command> {
  const { name, version, handles } = fold
  let state = fold.initial
  const types: ReadonlySet<string> = new Set(handles)
  const isHandled = (event: LogEvent): event is EventOf<Type> => types.has(event.type)
  return {
    name,
    version,
    handles,
    get state() {
      return state
    },
    restore(kept) {
      // Name and version vouch for its form: `version` rises with it.
      state = kept as State
    },
    take(event) {
      if (!isHandled(event)) return []
      const commands = 'react' in fold ? fold.react(state, event) : []
      state = fold.evolve(state, event)
      return commands
    },
  }
}
