import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { type ProjectionDatabase, projectionDatabase } from '@mosaic/kit'
import type { ProjectedEvent, Projection, WorkspaceTransaction } from '@mosaic/postgres'
import { allProjections } from '@mosaic/projector'

/** A log, and every read model of it, which come as far as the test lets them. */
export class World {
  readonly #databases: ReadonlyMap<Projection, ProjectionDatabase>
  #history: readonly ProjectedEvent[] = []
  #recorded = 0
  #projected = 0

  private constructor(databases: ReadonlyMap<Projection, ProjectionDatabase>) {
    this.#databases = databases
  }

  static async open(): Promise<World> {
    const databases = new Map<Projection, ProjectionDatabase>()
    for (const projection of allProjections) databases.set(projection, await projectionDatabase(projection))
    return new World(databases)
  }

  async close(): Promise<void> {
    for (const database of this.#databases.values()) await database.close()
  }

  /** A world in which nothing has happened yet of what is going to. */
  async beginAnew(history: readonly ProjectedEvent[]): Promise<void> {
    this.#history = history
    this.#recorded = this.#projected = 0
    for (const database of this.#databases.values()) await database.clear()
  }

  /** What has happened so far. */
  get log(): readonly ProjectedEvent[] {
    return this.#history.slice(0, this.#recorded)
  }

  /** The sessions of a workspace that have begun. */
  sessionsOf(workspaceId: string): string[] {
    const own = this.log.filter(({ metadata }) => metadata.workspaceId === workspaceId)
    const ids = own.map(({ streamId }) => agentSessionStream.idOf(streamId))
    return [...new Set(ids.filter((id) => id !== null))]
  }

  get isOver(): boolean {
    return this.#recorded === this.#history.length
  }

  /** How far the read models are. */
  get position(): string {
    return this.#history[this.#projected - 1]?.position ?? '0'
  }

  /** The next events happen; answers them. */
  record(count: number): readonly ProjectedEvent[] {
    const before = this.#recorded
    this.#recorded = Math.min(before + count, this.#history.length)
    return this.#history.slice(before, this.#recorded)
  }

  /** The read models come as far as so many events before the end of the log; never back. */
  async holdBack(count: number): Promise<void> {
    await this.project(Math.max(0, this.#recorded - count - this.#projected), 0)
  }

  /** The read models come a batch further, and are given the end of what they have once more. */
  async project(count: number, again: number): Promise<void> {
    const from = this.#projected
    this.#projected = Math.min(from + count, this.#recorded)
    const next = this.#history.slice(from, this.#projected)
    const repeated = this.#history.slice(Math.max(0, this.#projected - again), this.#projected)
    for (const database of this.#databases.values()) await database.apply(next, repeated)
  }

  ask<Answer>(
    projection: Projection,
    workspaceId: string,
    query: (transaction: WorkspaceTransaction) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#databases.get(projection)!.query(workspaceId, query)
  }
}
