import type { Decider, DomainEvent } from '@mosaic/contracts/kernel'
import { expect } from 'vitest'

/**
 * given(events).when(command).then(events) | .rejectedWith(code) | .nothing(): whole events, in order, nothing more.
 * `given` folds its events through the decider's own `evolve`.
 */
export function specification<State, Command, Event extends DomainEvent, Code extends string>(
  decider: Decider<State, Command, Event, Code>,
) {
  return {
    given(...events: readonly Event[]) {
      const state = events.reduce((folded, event) => decider.evolve(folded, event), decider.initialState)
      return {
        state,
        when(command: Command) {
          const decided = decider.decide(command, state)
          return {
            then(...expected: readonly Event[]) {
              expect(decided).toStrictEqual({ ok: true, value: expected })
            },
            rejectedWith(code: Code) {
              expect(decided.ok ? decided.value : decided.error.code).toBe(code)
            },
            nothing() {
              expect(decided).toStrictEqual({ ok: true, value: [] })
            },
          }
        },
      }
    },
  }
}
