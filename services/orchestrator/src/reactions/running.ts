import type { LogEvent } from '@mosaic/event-store'
import type { EventOf, Fold, Reaction, ReactionCommand } from './reaction.ts'

/** A fold at work. */
export type RunningFold<State = unknown> = {
  readonly name: string
  readonly version: number
  readonly state: State
  /** Takes an event in; one of another type changes nothing. Answers the commands that follow from it. */
  take(event: LogEvent): readonly ReactionCommand[]
}

export function begin<State, Type extends LogEvent['type']>(
  fold: Fold<State, Type> | Reaction<State, Type>,
): RunningFold<State> {
  const { name, version } = fold
  let state = fold.initial
  const isHandled = (event: LogEvent): event is EventOf<Type> =>
    (fold.handles as readonly string[]).includes(event.type)
  return {
    name,
    version,
    get state() {
      return state
    },
    take(event) {
      if (!isHandled(event)) return []
      const commands = 'react' in fold ? fold.react(state, event) : []
      state = fold.evolve(state, event)
      return commands
    },
  }
}
