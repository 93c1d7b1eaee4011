import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { SYSTEM_PROJECTIONS, type SystemProjection } from './definitions.ts'

export type ProjectionStatus = 'idle' | 'catching-up' | 'running' | 'stopped'

/** How far each projection got. What is not here was never asked for. */
export interface Progress {
  status: ProjectionStatus
  /** Everything up to this position is projected. */
  position: number
}

const factOf = (name: string) => `projection:${name}`

/** Looks progress up in the store, from any connection. */
export function progressReader(db: DatabaseSync): (projection: SystemProjection) => Progress {
  const get = db.prepare('SELECT value FROM facts WHERE name = ?')
  return ({ name }) => {
    const text = get.get(factOf(name))?.['value']
    return typeof text === 'string' ? (JSON.parse(text) as Progress) : { status: 'idle', position: 0 }
  }
}

/** Projections and their positions, for the one who moves them. */
export class ProjectionProgress {
  readonly #entries = new Map<SystemProjection, Progress>()
  readonly #read: (projection: SystemProjection) => Progress
  readonly #put: StatementSync

  constructor(db: DatabaseSync) {
    this.#read = progressReader(db)
    this.#put = db.prepare('INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
    this.load()
  }

  load(): void {
    for (const projection of SYSTEM_PROJECTIONS) this.#entries.set(projection, this.#read(projection))
  }

  get(projection: SystemProjection): Progress {
    return this.#entries.get(projection)!
  }

  /** Projections that go along with every write. */
  running(): [SystemProjection, Progress][] {
    return [...this.#entries].filter(([, { status }]) => status === 'running')
  }

  set(projection: SystemProjection, progress: Progress): void {
    this.#entries.set(projection, progress)
    this.#put.run(factOf(projection.name), JSON.stringify(progress))
  }
}
