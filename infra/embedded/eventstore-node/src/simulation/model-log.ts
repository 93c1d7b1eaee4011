export interface NewEvent {
  id: string
  type: string
  data: string
  isJson: boolean
  correlation: string | undefined
}

export interface ModelEvent extends NewEvent {
  stream: string
  revision: number
  createdMs: number
  /** Removed by a scavenge. */
  gone: boolean
}

export const TOMBSTONE = Number.MAX_SAFE_INTEGER
/** The id of every event that the node writes on its own. */
export const OF_NODE = 'node'

/** All events in the order in which they were written, those that are gone, too. */
export class ModelLog {
  readonly events: ModelEvent[] = []
  readonly #streams = new Map<string, ModelEvent[]>()

  of(stream: string): readonly ModelEvent[] {
    return this.#streams.get(stream) ?? []
  }

  last(stream: string): number {
    return this.of(stream).at(-1)?.revision ?? -1
  }

  present(): ModelEvent[] {
    return this.events.filter((event) => !event.gone)
  }

  add(stream: string, createdMs: number, event: NewEvent, revision = this.last(stream) + 1): ModelEvent {
    const added = { ...event, stream, revision, createdMs, gone: false }
    this.events.push(added)
    const known = this.#streams.get(stream)
    if (known) known.push(added)
    else this.#streams.set(stream, [added])
    return added
  }
}
