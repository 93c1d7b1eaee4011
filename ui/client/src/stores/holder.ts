/** Where a store keeps its state. A surface with a reactive store of its own brings one that edits that. */
export type Holder<State> = {
  get(): State
  /** Changes the state in place. */
  change(edit: (state: State) => void): void
}

export type Held<State> = Holder<State> & {
  /** Called after every change. The answer ends it. */
  subscribe(listener: (state: State) => void): () => void
}

/** State in a plain object, for whoever asks or listens. */
export function holding<State>(state: State): Held<State> {
  const listeners = new Set<(state: State) => void>()
  return {
    get: () => state,
    change(edit) {
      edit(state)
      for (const listener of listeners) listener(state)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
