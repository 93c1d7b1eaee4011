import type { View } from '@mosaic/contracts/kernel'

export type WithOrigin<State, Origin> = { readonly state: State; readonly origin: Origin }

/** A view that remembers, beside its state, something of the event that began it. */
export function withOrigin<State, Event extends { readonly type: string }, Origin>(
  view: View<State, Event>,
  originOf: (event: Event) => Origin,
): View<WithOrigin<State, Origin>, Event> {
  return {
    ...view,
    begin(event) {
      const state = view.begin(event)
      return state === undefined ? undefined : { state, origin: originOf(event) }
    },
    evolve(before, event) {
      const state = view.evolve(before.state, event)
      return state === before.state ? before : { ...before, state }
    },
    beginsAnew: (event, before) => view.beginsAnew?.(event, before?.state) ?? false,
  }
}
